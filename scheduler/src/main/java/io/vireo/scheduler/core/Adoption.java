package io.vireo.scheduler.core;

import io.vireo.spec.LauncherPod;
import java.util.Set;

/** What the world says of an epoch that the scheduler does not remember. */
final class Adoption {

  /** The object names the node from the moment on that it is known. */
  private static final Set<String> BEFORE_IT_WAS_SCHEDULED =
      Set.of("Pending", "Scheduling", "Scheduled");

  private Adoption() {}

  /**
   * A memory that is fresh while the object, a pod or a node names an epoch: that epoch counts as
   * open until its end is proven.
   */
  static void adopt(Draft draft, Surroundings around) {
    if (draft.epoch != null || !around.isListed()) {
      return;
    }
    long alive =
        draft.observed.domains().stream()
            .filter(Domain::isAlive)
            .mapToLong(Domain::epoch)
            .max()
            .orElse(0);
    if (draft.plannedEpoch > 0 && alive == 0) {
      return;
    }
    Desired desired = draft.observed.desired();
    long number = desired == null || desired.epoch() == null ? 0 : desired.epoch();
    for (Pod pod : draft.observed.pods()) {
      number = Math.max(number, pod.epoch());
    }
    for (Domain domain : draft.observed.domains()) {
      number = Math.max(number, domain.epoch());
    }
    if (alive > 0) {
      // What runs is what there is; an epoch that was only promised is not.
      number = alive;
    }
    if (number <= 0) {
      return;
    }
    if (isOnlyPromised(draft, number)) {
      draft.plannedEpoch = number;
      return;
    }
    // A node answers a command that it knows with the end it had; none may bear an old number.
    draft.countFromNow();
    draft.openEpoch(number, LauncherPod.name(draft.ref.name(), draft.ref.uid(), number));
    draft.created(null);
    Proof.takePod(draft);
    for (Domain domain : draft.observed.domains()) {
      if (domain.epoch() == number && draft.current().node() == null) {
        draft.epoch = draft.current().withNode(domain.node(), domain.nodeUid());
      }
    }
    Epoch epoch = draft.current();
    String node = desired == null ? null : desired.nodeName();
    if (epoch.node() == null && node != null) {
      draft.epoch = epoch.withNode(node, null);
    }
    boolean wasRunning = desired != null && "Running".equals(desired.phase());
    if (wasRunning || draft.state().currentDomain().filter(Domain::hasRun).isPresent()) {
      draft.epoch = draft.current().withRan();
    }
    if (!epoch.podSeen() && draft.current().node() == null) {
      draft.close("an epoch is named, but no pod and no node");
    }
    if (desired != null && desired.phase() != null) {
      if (wasRunning || (node != null && !BEFORE_IT_WAS_SCHEDULED.contains(desired.phase()))) {
        draft.adoptScheduled();
      }
      draft.phase(desired.phase(), "Adopted");
      if (desired.phase().equals("Pending")) {
        // Admission's word, from before there was a pod; a later one may be on its way.
        draft.phase("Scheduling", "Adopted");
      }
    }
  }

  /**
   * Whether the epoch is the one that admission puts on each new object, and nothing came of it: no
   * pod, no domain, no node. It is opened as it is. Had an earlier memory opened it, its pod would
   * bear the same name and be taken for the same; and no guest runs before the object names a node.
   */
  private static boolean isOnlyPromised(Draft draft, long number) {
    Desired desired = draft.observed.desired();
    return number == 1
        && desired != null
        && "Pending".equals(desired.phase())
        && desired.nodeName() == null
        && draft.observed.pods().isEmpty()
        && draft.observed.domains().isEmpty();
  }
}
