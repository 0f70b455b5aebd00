package io.vireo.node.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something to do once the state is on disk, in order. */
public sealed interface Effect {

  /** Tell the launcher to mark itself used. */
  record Mark(long session) implements Effect {}

  /** Connect to the launcher's libvirt and look at the domain. */
  record Look(long session) implements Effect {}

  /** Look at the domain at this time. */
  record LookLater(long session, long atMs) implements Effect {}

  /** Define and create the domain unless it is active, then look at it. */
  record Create(long session, DomainSpec domain, long epoch) implements Effect {}

  /** Ask the guest's agent; the answer, or that there is none, comes back. */
  record AskAgent(long session) implements Effect {}

  /** Press the guest's power button. */
  record ShutDown(long session) implements Effect {}

  /** Let the paused domain go on, then look at it. */
  record Resume(long session) implements Effect {}

  /** Destroy the domain, then look at it. */
  record Destroy(long session) implements Effect {}

  /** Tell the launcher that the end is on record. */
  record AcknowledgeEnd(long session) implements Effect {}

  /** Tell the launcher that it is not needed. */
  record Dismiss(long session, String reason) implements Effect {}

  /** Report the end of a command. */
  record ReportCommand(LaneState.CommandEnd end, long heldEpoch, long heldSeq) implements Effect {}

  /**
   * Report the domain or launcher of an epoch.
   *
   * @param agent what the guest's agent says; null without one
   */
  record ReportDomain(
      long epoch,
      String state,
      @Nullable String reason,
      @Nullable String message,
      boolean proven,
      List<LaneState.Nic> nics,
      @Nullable String machine,
      @Nullable AgentView agent,
      List<LaneState.VolumeSize> sizes)
      implements Effect {
    public ReportDomain {
      nics = List.copyOf(nics);
      sizes = List.copyOf(sizes);
    }

    /** Of a domain that is not there, or not seen. */
    public ReportDomain(
        long epoch,
        String state,
        @Nullable String reason,
        @Nullable String message,
        boolean proven) {
      this(epoch, state, reason, message, proven, List.of(), null, null, List.of());
    }
  }

  /** Look again at this time. */
  record WakeAt(long atMs) implements Effect {}
}
