package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.Stage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When an epoch counts as closed: nothing of it runs, and nothing will start for it any more. */
final class Proof {

  /** How much later than the kubelet's word the executor's may come. */
  static final long WORD_OF_NODE_MS = 5_000;

  private static final String POD_GONE_UNBOUND = "the launcher pod was never bound and is gone";

  private Proof() {}

  /**
   * Whether the absence of its pod proves the end of an epoch: only when it was never bound, so
   * that no Start was issued. A bound one may still run on its node.
   */
  static boolean absenceProvesEnd(Epoch epoch) {
    return epoch.stage() != Stage.BOUND;
  }

  /** Takes what the newest list of pods says of the newest epoch. */
  static void takePod(Draft draft) {
    if (draft.epoch == null || draft.epoch.isClosed()) {
      return;
    }
    Optional<Pod> pod = draft.state().currentPod();
    pod.ifPresent(draft::bind);
    if (pod.filter(Pod::isProvenEnded).isPresent()) {
      draft.epoch = draft.current().withEndedPod(pod.get());
    }
    if (pod.isEmpty() && draft.epoch.podSeen() && absenceProvesEnd(draft.epoch)) {
      draft.close(POD_GONE_UNBOUND);
    }
  }

  /** The pod of this name is known not to exist. */
  static void podGone(Draft draft, @Nullable String podName) {
    Epoch epoch = draft.current();
    if (epoch.podName().equals(podName)
        && absenceProvesEnd(epoch)
        && draft.state().currentPod().isEmpty()) {
      draft.close(POD_GONE_UNBOUND);
    }
  }

  /** Closes the epoch once nothing of it can run any more. */
  static void proveEnd(Draft draft, Surroundings around) {
    Epoch epoch = draft.epoch;
    if (epoch == null || epoch.isClosed()) {
      return;
    }
    if (epoch.node() != null && epoch.nodeUid() == null) {
      around.node(epoch.node()).ifPresent(node -> draft.epoch = epoch.withNodeUid(node.uid()));
    }
    Optional<Domain> domain = draft.state().currentDomain();
    if (domain.filter(Domain::isProvenEnded).isPresent()) {
      if ("failed-to-start".equals(domain.get().reason()) && draft.isPendingNow("StartDomain")) {
        // The outcome of the Start, which says why, was sent before the report.
        return;
      }
      draft.close("node " + domain.get().node() + " reported the end: " + domain.get().reason());
      return;
    }
    Optional<Pod> pod = draft.state().lastPod();
    if (pod.filter(Pod::isProvenEnded).isPresent()) {
      if (awaitsWordOfNode(draft, around, epoch, pod.get())) {
        return;
      }
      draft.close("every container of pod " + pod.get().name() + " is terminated");
      return;
    }
    if (epoch.node() != null) {
      around
          .node(epoch.node())
          .filter(Surroundings.Node::isFenced)
          .ifPresent(node -> closeFenced(draft, node));
    }
  }

  /** Somebody vouches that the machine runs nothing. */
  private static void closeFenced(Draft draft, Surroundings.Node node) {
    String by = node.actor() == null ? "" : " by " + node.actor();
    Failure failure =
        new Failure(
            "NodeFenced", "Node " + node.name() + " was fenced" + by + "; nothing runs there.");
    draft.problem(failure);
    if (draft.current().ran()) {
      draft.epoch = draft.current().withFailure(failure);
    }
    draft.close("node " + node.name() + " is fenced" + by);
  }

  /**
   * The pod tells that all has ended; how the guest ended is the node's to tell, a moment later.
   */
  private static boolean awaitsWordOfNode(Draft draft, Surroundings around, Epoch epoch, Pod pod) {
    long until = pod.lastFinishedAtMs() + WORD_OF_NODE_MS;
    boolean awaits =
        epoch.node() != null
            && draft.nowMs < until
            && around.node(epoch.node()).filter(Surroundings.Node::takesCommands).isPresent();
    if (awaits) {
      draft.wakeAt(until);
    }
    return awaits;
  }
}
