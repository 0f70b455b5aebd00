package io.vireo.ingest.core;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Pods with the label of launchers that no VMI controls. A label proves nothing, so nothing is done
 * about them; a dead letter tells of each once, of a namespace at most one in a second.
 */
final class StrangePods {

  private static final String REASON = "PodNotOfVmi";

  /** Whoever may create pods decides how many there are. */
  private static final long TOLD_EVERY_MS = 1_000;

  private final Set<String> seen = new HashSet<>();
  private final Throttle throttle = new Throttle(TOLD_EVERY_MS);

  List<Output> seen(Input.StrangePodSeen pod, long nowMs) {
    if (!seen.add(pod.podUid())) {
      return List.of();
    }
    OptionalLong before = throttle.pass(pod.namespace(), nowMs);
    if (before.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Output.Unusable(
            Output.INGEST,
            Origin.ofPod(pod.podUid(), pod.resourceVersion()),
            REASON,
            "Expected pod "
                + pod.namespace()
                + "/"
                + pod.name()
                + ", which has the label of launchers, to be controlled by a"
                + " VirtualMachineInstance, but it is not; it is left alone: delete it, or take the"
                + " label kubevirt.io away"
                + (before.getAsLong() == 0
                    ? ""
                    : "; " + before.getAsLong() + " more of its namespace were seen before")));
  }

  void gone(String podUid) {
    seen.remove(podUid);
  }
}
