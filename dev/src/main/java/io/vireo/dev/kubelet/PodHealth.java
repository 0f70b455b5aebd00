package io.vireo.dev.kubelet;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** How a pod is, in words for people. */
public final class PodHealth {

  /** What a pod is that serves. */
  public static final String OK = "ok";

  private PodHealth() {}

  /** {@link #OK}, or why not. */
  public static String of(Pod pod) {
    PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return "ending";
    }
    Optional<PodCondition> ready = condition(status, "Ready");
    if (ready.filter(condition -> "True".equals(condition.getStatus())).isPresent()) {
      return OK;
    }
    return waiting(status)
        .map(waiting -> "waiting: " + sentence(waiting.getReason(), waiting.getMessage()))
        .or(
            () ->
                condition(status, "PodScheduled")
                    .filter(condition -> "False".equals(condition.getStatus()))
                    .map(c -> "not scheduled: " + sentence(c.getReason(), c.getMessage())))
        .or(() -> ready.map(c -> "not ready: " + sentence(c.getReason(), c.getMessage())))
        .orElseGet(() -> "not ready: " + Objects.requireNonNullElse(status.getPhase(), "Unknown"));
  }

  private static Optional<PodCondition> condition(PodStatus status, String type) {
    return status.getConditions().stream()
        .filter(condition -> type.equals(condition.getType()))
        .findFirst();
  }

  private static Optional<ContainerStateWaiting> waiting(PodStatus status) {
    return Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
        .map(ContainerStatus::getState)
        .filter(state -> state != null && state.getWaiting() != null)
        .map(state -> state.getWaiting())
        // The others wait for what comes before them, which says more.
        .filter(waiting -> !"PodInitializing".equals(waiting.getReason()))
        .findFirst();
  }

  private static String sentence(String reason, String message) {
    return Stream.of(reason, message)
        .filter(text -> text != null && !text.isBlank())
        .reduce((first, second) -> first + ", " + second)
        .orElse("no reason given");
  }
}
