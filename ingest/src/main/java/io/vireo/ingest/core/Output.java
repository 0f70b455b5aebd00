package io.vireo.ingest.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record to write. The subject is {@code namespace/name}, or the uid where no name is known.
 */
public sealed interface Output {

  /** Component of the dead letters that ingest writes in its own name. */
  String INGEST = "ingest";

  /** The new state of a VMI. */
  record VmiChanged(VmiSnapshot vmi) implements Output {}

  /** A VMI is gone from Kubernetes. */
  record VmiRemoved(VmiRef ref) implements Output {}

  /** The new state of an owner of VMIs. */
  record OwnerChanged(OwnerSnapshot owner) implements Output {}

  /** An owner of VMIs is gone from Kubernetes. */
  record OwnerRemoved(OwnerRef ref) implements Output {}

  /** All launcher pods of a VMI, and where its epochs were ever given. */
  record PodsChanged(
      String vmiUid, String subject, List<PodSnapshot> pods, List<Placement> placements)
      implements Output {

    public PodsChanged {
      pods = List.copyOf(pods);
      placements = List.copyOf(placements);
    }
  }

  /** The newest report of each (node, epoch) of a VMI. */
  record DomainsChanged(String vmiUid, String subject, List<DomainSnapshot> domains)
      implements Output {

    public DomainsChanged {
      domains = List.copyOf(domains);
    }
  }

  /** To every partition of the kind's topic: everything in the list was written before. */
  record ListCompleted(ListKind kind) implements Output {}

  /** To every partition of the kind's topic: the watch broke. */
  record WatchBroken(ListKind kind, String reason) implements Output {}

  /**
   * To every partition: a node's standing, or only its minute when {@code heartbeatMs} is set.
   *
   * @param capabilities what its machine can do; null says nothing new of it
   */
  record NodeChanged(
      String node,
      String nodeUid,
      NodeStanding standing,
      String reason,
      @Nullable Long executorSession,
      @Nullable Long heartbeatMs,
      @Nullable String actor,
      @Nullable Capabilities capabilities)
      implements Output {

    /** Says nothing of the machine. */
    public NodeChanged(
        String node,
        String nodeUid,
        NodeStanding standing,
        String reason,
        @Nullable Long executorSession,
        @Nullable Long heartbeatMs,
        @Nullable String actor) {
      this(node, nodeUid, standing, reason, executorSession, heartbeatMs, actor, null);
    }
  }

  /** To one partition: what was said last of a node. */
  record NodeSaidAgain(NodeChanged said, int partition) implements Output {}

  /** To one partition of the kind's topic: what {@link ListCompleted} said. */
  record ListCompletedAgain(ListKind kind, int partition) implements Output {}

  /** To every partition: reports of nodes, or ends of VMIs, were lost before they were read. */
  record ReportsLost(String reason) implements Output {}

  /** A record could not be used. */
  record Unusable(String component, Origin origin, String reason, String message)
      implements Output {}

  /** The end of a node's command. */
  record CommandOutcome(String node, String subject, Input.CommandEnd end) implements Output {}

  /** Nothing is kept of this VMI any more. */
  record VmiForgotten(String vmiUid, String subject) implements Output {}

  /** Nothing is kept of this owner of VMIs any more. */
  record OwnerForgotten(String uid, String subject) implements Output {}
}
