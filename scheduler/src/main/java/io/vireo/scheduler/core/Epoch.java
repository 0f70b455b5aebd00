package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.Stage;
import org.jspecify.annotations.Nullable;

/**
 * One launcher pod's worth of life.
 *
 * @param stage how far the pod has come
 * @param podSeen the pod was in a list of pods; absent from a later one it is gone
 * @param ran the domain was seen alive, or ended as one that ran
 * @param failure why the launcher or libvirt could not start the domain
 * @param endedPod its pod as it was last seen, all of it ended; kept, since the object may go
 *     before the node has told how the guest ended
 * @param closed how it is known that nothing runs or will start for it; null while open
 */
public record Epoch(
    long number,
    String podName,
    @Nullable String podUid,
    Stage stage,
    boolean podSeen,
    @Nullable String node,
    @Nullable String nodeUid,
    boolean startDone,
    boolean stopDone,
    boolean readySet,
    boolean ran,
    @Nullable Failure failure,
    @Nullable Pod endedPod,
    @Nullable String closed,
    long openedAtMs,
    long closedAtMs) {

  static Epoch opened(long number, String podName, long nowMs) {
    return new Epoch(
        number,
        podName,
        null,
        Stage.CREATING,
        false,
        null,
        null,
        false,
        false,
        false,
        false,
        null,
        null,
        null,
        nowMs,
        0);
  }

  boolean isClosed() {
    return closed != null;
  }

  /** Its creation was acknowledged. */
  Epoch withPodCreated(@Nullable String uid) {
    return placed(uid == null ? podUid : uid, Stage.CREATED, podSeen, node, nodeUid);
  }

  /** The pod was created, but a list leaves it out: it is to be asked for again. */
  Epoch withPodUnlisted() {
    return placed(null, Stage.CREATING, false, node, nodeUid);
  }

  /** The pod was seen; once bound, it stays where it is. */
  Epoch withPod(Pod pod) {
    Stage seen = pod.nodeName() == null ? Stage.CREATED : Stage.BOUND;
    return placed(
        pod.uid(),
        stage == Stage.BOUND ? Stage.BOUND : seen,
        true,
        node == null ? pod.nodeName() : node,
        nodeUid);
  }

  /** Where it was placed is known from elsewhere than its pod. */
  Epoch withNode(String name, @Nullable String uid) {
    return placed(podUid, Stage.BOUND, true, name, uid);
  }

  Epoch withNodeUid(String uid) {
    return placed(podUid, stage, podSeen, node, uid);
  }

  Epoch withStartDone() {
    return advanced(true, stopDone, readySet, ran, failure);
  }

  Epoch withStopDone() {
    return advanced(startDone, true, readySet, ran, failure);
  }

  Epoch withReadySet(boolean set) {
    return advanced(startDone, stopDone, set, ran, failure);
  }

  Epoch withRan() {
    return advanced(startDone, stopDone, readySet, true, failure);
  }

  /** The first failure is the one that counts. */
  Epoch withFailure(Failure first) {
    return advanced(startDone, stopDone, readySet, ran, failure == null ? first : failure);
  }

  /** All of its pod has ended, as its node says. */
  Epoch withEndedPod(Pod pod) {
    return new Epoch(
        number,
        podName,
        podUid,
        stage,
        podSeen,
        node,
        nodeUid,
        startDone,
        stopDone,
        readySet,
        ran,
        failure,
        pod,
        closed,
        openedAtMs,
        closedAtMs);
  }

  Epoch withProof(String proof, long nowMs) {
    return new Epoch(
        number,
        podName,
        podUid,
        stage,
        podSeen,
        node,
        nodeUid,
        startDone,
        stopDone,
        readySet,
        ran,
        failure,
        endedPod,
        proof,
        openedAtMs,
        nowMs);
  }

  private Epoch placed(
      @Nullable String newPodUid,
      Stage newStage,
      boolean newPodSeen,
      @Nullable String newNode,
      @Nullable String newNodeUid) {
    return new Epoch(
        number,
        podName,
        newPodUid,
        newStage,
        newPodSeen,
        newNode,
        newNodeUid,
        startDone,
        stopDone,
        readySet,
        ran,
        failure,
        endedPod,
        closed,
        openedAtMs,
        closedAtMs);
  }

  private Epoch advanced(
      boolean newStartDone,
      boolean newStopDone,
      boolean newReadySet,
      boolean newRan,
      @Nullable Failure newFailure) {
    return new Epoch(
        number,
        podName,
        podUid,
        stage,
        podSeen,
        node,
        nodeUid,
        newStartDone,
        newStopDone,
        newReadySet,
        newRan,
        newFailure,
        endedPod,
        closed,
        openedAtMs,
        closedAtMs);
  }
}
