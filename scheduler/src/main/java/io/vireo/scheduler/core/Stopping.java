package io.vireo.scheduler.core;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The way down: the guest, then its pods, then the finalizer, each only once the one before is
 * proven gone.
 */
final class Stopping {

  private static final String STOP = "StopDomain";
  private static final String DELETE = "DeleteLauncherPod";
  private static final String FINALIZE = "RemoveFinalizer";

  /** After the grace period, how long an executor may take before the pod is deleted instead. */
  private static final long STOP_MARGIN_MS = 30_000;

  /** How long the deletion of a pod may take effect before it is asked for again. */
  private static final long DELETE_AGAIN_MS = 60_000;

  /** How long a VMI that is gone waits for the ends of what was to be written about it. */
  private static final long OUTCOME_MAX_MS = 30_000;

  private final Draft draft;
  private final Surroundings around;
  private final Decider.Json json;

  Stopping(Draft draft, Surroundings around, Decider.Json json) {
    this.draft = draft;
    this.around = around;
    this.json = json;
  }

  void decide() {
    Epoch epoch = draft.epoch;
    if (epoch != null && !epoch.isClosed()) {
      endEpoch(epoch);
      showWhy();
      return;
    }
    if (epoch != null && !draft.shown.isFinal()) {
      GuestEnd end = GuestEnd.of(draft.state(), true);
      draft.problem(end.failure().orElse(null));
      draft.phase(end.phase(), end.reason());
      if (epoch.ran()) {
        draft.emitOnce(
            "stopped/" + epoch.number(),
            end.phase().equals("Failed") ? "Warning" : "Normal",
            "Stopped",
            end.message());
      }
    }
    cleanUp();
  }

  private void endEpoch(Epoch epoch) {
    switch (epoch.stage()) {
      case CREATING -> {
        if (!draft.isPending("CreateLauncherPod")) {
          // Its creation ended without a clear answer: whatever is there is to go.
          deletePod(epoch);
        }
      }
      case CREATED -> deletePod(epoch);
      case BOUND -> stopDomain(epoch);
    }
  }

  private void deletePod(Epoch epoch) {
    Optional<Pod> pod = draft.state().currentPod();
    if (pod.filter(p -> p.deletedAtMs() != null).isPresent()) {
      return;
    }
    String uid = pod.map(Pod::uid).orElse(epoch.podUid());
    if (!draft.isPending(DELETE, epoch.podName()) && draft.mayTry(DELETE)) {
      draft.issue(
          new Command.DeleteLauncherPod(epoch.podName(), uid, null), epoch.podName(), null, null);
      draft.emitOnce(
          "pod-deleted/" + epoch.podName(),
          "Normal",
          "SuccessfulDelete",
          "Deleted virtual machine pod " + epoch.podName());
    }
    draft.wakeAt(draft.nowMs + DELETE_AGAIN_MS);
  }

  private void stopDomain(Epoch epoch) {
    long grace = graceSeconds();
    long deadline = deletedAtMs() + grace * 1000;
    Optional<Surroundings.Node> node = around.node(Objects.requireNonNull(epoch.node()));
    boolean reachable = node.filter(Surroundings.Node::takesCommands).isPresent();
    if (!epoch.stopDone() && reachable && !draft.isPendingNow(STOP) && draft.mayTry(STOP)) {
      draft.issue(
          new Command.StopDomain(node.get().name(), node.get().uid(), grace, deadline),
          node.get().name(),
          null,
          null);
      if (epoch.ran()) {
        draft.emitOnce(
            "shutting-down/" + epoch.number(),
            "Normal",
            "ShuttingDown",
            "Signaled Graceful Shutdown");
      }
    }
    if (!reachable || draft.nowMs >= deadline + STOP_MARGIN_MS) {
      // The kubelet's SIGTERM reaches the launcher, which shuts the guest down by itself.
      if (draft.state().currentPod().isPresent()) {
        deletePod(epoch);
      }
    } else {
      draft.wakeAt(deadline + STOP_MARGIN_MS);
    }
  }

  private long deletedAtMs() {
    Desired desired = draft.observed.desired();
    return desired == null || desired.deletedAtMs() == null
        ? draft.current().openedAtMs()
        : desired.deletedAtMs();
  }

  private long graceSeconds() {
    Desired desired = draft.observed.desired();
    if (desired != null
        && json.read(desired.specJson()) instanceof Map<?, ?> spec
        && spec.get("terminationGracePeriodSeconds") instanceof Number seconds) {
      return Math.clamp(seconds.longValue(), 0, 7 * 24 * 3600L);
    }
    return 30;
  }

  private void showWhy() {
    if (draft.observed.gone()) {
      return;
    }
    Epoch epoch = draft.current();
    boolean silent =
        epoch.node() != null
            && around.node(epoch.node()).filter(Surroundings.Node::isSilent).isPresent();
    if (silent) {
      draft.problem(
          new VmiState.Failure(
              "NodeUnresponsive",
              "Node " + epoch.node() + " has been silent; the end of the guest is not proven."));
      draft.phase("Unknown", "NodeUnresponsive");
    } else if (epoch.stage() == VmiState.Stage.BOUND
        && draft.nowMs >= deletedAtMs() + graceSeconds() * 1000 + STOP_MARGIN_MS) {
      draft.problem(
          new VmiState.Failure(
              "EndNotProven",
              "The grace period is over, and node "
                  + epoch.node()
                  + " has not told the end of the guest."));
    }
    if (new Trouble(draft, around).reason() != null) {
      StatusView.update(draft, around);
      new StatusWriter(draft, json).writeIfNews();
    }
  }

  private void cleanUp() {
    boolean unlisted = draft.epoch == null && !around.isListed();
    if (unlisted || draft.isPending("CreateLauncherPod")) {
      return;
    }
    List<Pod> pods = draft.observed.pods();
    Strays strays = new Strays(draft, around);
    for (Pod pod : pods) {
      boolean fenced = strays.isOnFencedNode(pod);
      if ((pod.deletedAtMs() == null || fenced)
          && !draft.isPending(DELETE, pod.name())
          && draft.mayTry(DELETE)) {
        draft.issue(
            new Command.DeleteLauncherPod(pod.name(), pod.uid(), fenced ? 0L : null),
            pod.name(),
            null,
            null);
        draft.emitOnce(
            "pod-deleted/" + pod.name(),
            "Normal",
            "SuccessfulDelete",
            "Deleted virtual machine pod " + pod.name());
      }
    }
    if (!pods.isEmpty() || !around.isListed()) {
      return;
    }
    if (draft.observed.gone()) {
      finish();
      return;
    }
    Desired desired = Objects.requireNonNull(draft.observed.desired());
    if (desired.finalizers().contains(StatusView.FINALIZER)
        && !draft.isPending(FINALIZE)
        && draft.mayTry(FINALIZE)) {
      StatusView.update(draft, around);
      new StatusWriter(draft, json).removeFinalizer();
    }
  }

  private void finish() {
    OptionalLong newest = draft.newestPendingToCluster();
    if (newest.isPresent() && draft.nowMs < newest.getAsLong() + OUTCOME_MAX_MS) {
      // Each command has one end, and whoever writes to Kubernetes tells it.
      draft.wakeAt(newest.getAsLong() + OUTCOME_MAX_MS);
      return;
    }
    Epoch epoch = draft.epoch;
    String proof =
        epoch == null || epoch.closed() == null ? "no epoch was ever opened" : epoch.closed();
    Outcomes.endByProof(draft, proof);
    Outcomes.endUnknown(draft);
    draft.end(proof);
  }
}
