package io.vireo.ingest.core;

import io.vireo.ingest.core.DomainSnapshot.GuestAgent;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One piece of news from outside. */
public sealed interface Input {

  /** A full list begins; the watch before it broke unless it is the first. */
  record ListStarted(ListKind kind, boolean first, String reason) implements Input {}

  /** All of a full list was given before this. */
  record ListEnded(ListKind kind) implements Input {}

  /**
   * Kubernetes holds this VMI now.
   *
   * @param claims names of the claims that its spec names
   */
  record VmiSeen(VmiSnapshot vmi, Set<String> claims) implements Input {

    public VmiSeen {
      claims = Set.copyOf(claims);
    }

    /** One that names no claim. */
    public VmiSeen(VmiSnapshot vmi) {
      this(vmi, Set.of());
    }
  }

  /** Kubernetes does not hold this VMI any more. */
  record VmiGone(VmiRef ref) implements Input {}

  /** Kubernetes holds this owner of VMIs now. */
  record OwnerSeen(OwnerSnapshot owner) implements Input {}

  /** Kubernetes does not hold this owner of VMIs any more. */
  record OwnerGone(OwnerRef ref) implements Input {}

  /** Kubernetes holds this PersistentVolumeClaim now. */
  record ClaimSeen(ClaimSnapshot claim) implements Input {}

  /** Kubernetes does not hold this PersistentVolumeClaim any more. */
  record ClaimGone(String namespace, String name) implements Input {}

  /** Kubernetes holds this launcher pod now. */
  record PodSeen(String vmiUid, PodSnapshot pod) implements Input {}

  /** Kubernetes holds this pod now, which has the label of launchers, but no VMI controls it. */
  record StrangePodSeen(String podUid, String namespace, String name, long resourceVersion)
      implements Input {}

  /** A node could not mount a volume of a pod, any pod of the cluster. */
  record MountFailed(String podUid, String message) implements Input {}

  /** Kubernetes does not hold this pod any more. */
  record PodGone(String podUid) implements Input {}

  /** Kubernetes holds this Node now. */
  record NodeSeen(String node, String uid, boolean offersLaunchers) implements Input {}

  /** Kubernetes does not hold this Node any more. */
  record NodeGone(String node, String uid) implements Input {}

  /** Both topics of a node exist and have leaders. */
  record NodeTopicsReady(String node, String nodeUid) implements Input {}

  /** A checked report of a node; the node is that of the topic. */
  record Reported(String node, Envelope envelope, Report report, Origin origin) implements Input {}

  /** Records were lost before they were read: a node's reports, or the ends of VMIs. */
  record Lost(String whose, String what) implements Input {}

  /**
   * An earlier start of ingest that still ran wrote this key after this start began.
   *
   * @param key VMI uid, uid of an owner of VMIs, or node name
   * @param vmi names of the VMI where the record gave them
   * @param owner names of the owner where the record gave them
   */
  record Overwritten(
      Book book, String key, @Nullable VmiRef vmi, @Nullable OwnerRef owner, int partition)
      implements Input {

    /** No owner. */
    public Overwritten(Book book, String key, @Nullable VmiRef vmi, int partition) {
      this(book, key, vmi, null, partition);
    }
  }

  /** The same, for the record that says that a list is complete. */
  record ListOverwritten(ListKind kind, int partition) implements Input {}

  /** What an administrator says of nodes, in order; only what holds in the end is done. */
  record NodesRequested(List<NodeRequest> requests) implements Input {

    public NodesRequested {
      requests = List.copyOf(requests);
    }
  }

  /** The end of a VMI is proven. */
  record VmiEnded(String vmiUid) implements Input {}

  /** The end of an owner of VMIs is proven. */
  record OwnerEnded(OwnerRef ref) implements Input {}

  /** A wake-up that was asked for. */
  record Woken() implements Input {}

  /** Who said it and as the how-many-th thing. */
  record Envelope(@Nullable String nodeUid, long session, long sequence) {}

  /** What an executor says. */
  sealed interface Report {

    /** It lives. */
    record Alive() implements Report {}

    /** The end of a command. */
    record CommandEnded(CommandEnd end) implements Report {}

    /** One domain or launcher changed. */
    record DomainChanged(ReportedDomain domain) implements Report {}

    /**
     * All that it holds.
     *
     * @param capabilities what its machine can do; null if it does not know
     */
    record AllDomains(List<ReportedDomain> domains, @Nullable Capabilities capabilities)
        implements Report {

      public AllDomains {
        domains = List.copyOf(domains);
      }

      /** Says nothing of the machine. */
      public AllDomains(List<ReportedDomain> domains) {
        this(domains, null);
      }
    }

    /** A record of the node's commands that its executor could not use. */
    record CommandUnusable(Origin origin, String reason, String message) implements Report {}

    /** A byte stream to a guest was opened or closed. */
    record ConsoleUsed(String vmiUid, String stream, boolean opened) implements Report {}
  }

  /** A domain as reported; node and sequence come from the envelope. */
  record ReportedDomain(
      VmiRef ref,
      long epoch,
      DomainSnapshot.State state,
      @Nullable String machineType,
      List<DomainSnapshot.GuestInterface> interfaces,
      @Nullable GuestAgent agent,
      long observedMs,
      List<DomainSnapshot.GuestVolume> volumes) {

    public ReportedDomain {
      interfaces = List.copyOf(interfaces);
      volumes = List.copyOf(volumes);
    }

    /** Says nothing of volumes. */
    public ReportedDomain(
        VmiRef ref,
        long epoch,
        DomainSnapshot.State state,
        @Nullable String machineType,
        List<DomainSnapshot.GuestInterface> interfaces,
        @Nullable GuestAgent agent,
        long observedMs) {
      this(ref, epoch, state, machineType, interfaces, agent, observedMs, List.of());
    }
  }

  /**
   * An administrator's word.
   *
   * @param nodeUid the Node that is meant; null for whichever bears the name
   */
  record NodeRequest(
      String id,
      String node,
      @Nullable String nodeUid,
      NodeAction action,
      String actor,
      String reason,
      Origin origin) {}

  /** What an administrator says of a node. */
  enum NodeAction {
    /** Its machine is dead and runs no guest. */
    FENCE,
    /** What was vouched for is over. */
    FORGET
  }

  /** How a command of a node ended. */
  record CommandEnd(
      String commandId,
      String vmiUid,
      String commandType,
      String result,
      @Nullable String reason,
      @Nullable String message,
      long heldEpoch,
      long heldSeq,
      long reportedMs) {}
}
