package io.vireo.scheduler.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that happened to a VMI. */
public sealed interface Input {

  /** Kubernetes holds this object. */
  record VmiSeen(VmiRef ref, Desired desired, long incarnation) implements Input {}

  /** The object is gone. */
  record VmiGone(VmiRef ref, long incarnation) implements Input {}

  /** All launcher pods of the VMI. */
  record PodsSeen(List<Pod> pods, long incarnation) implements Input {
    public PodsSeen {
      pods = List.copyOf(pods);
    }
  }

  /** The newest report of each node and epoch. */
  record DomainsSeen(List<Domain> domains, long incarnation) implements Input {
    public DomainsSeen {
      domains = List.copyOf(domains);
    }
  }

  /** A command ended. */
  record OutcomeSeen(CommandOutcome outcome) implements Input {}

  /** The standing of a node that the VMI is bound to, or that reports of it, changed. */
  record NodeChanged(String node, String standing, @Nullable String actor) implements Input {}

  /** A wake-up came due. */
  record TimerFired() implements Input {}

  /** A list barrier was passed; nothing about this VMI itself. */
  record BarrierPassed() implements Input {}
}
