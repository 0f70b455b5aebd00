package io.vireo.scheduler.core;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A launcher pod as Kubernetes shows it.
 *
 * @param mountProblem a volume that its node could not mount
 */
public record Pod(
    String name,
    String uid,
    long epoch,
    @Nullable String nodeName,
    String phase,
    @Nullable String reason,
    @Nullable String message,
    @Nullable String podIp,
    List<String> podIps,
    @Nullable String qosClass,
    @Nullable Long deletedAtMs,
    boolean scheduled,
    @Nullable String unschedulableReason,
    @Nullable String unschedulableMessage,
    boolean containersReady,
    boolean ready,
    @Nullable Boolean unpaused,
    @Nullable String mountProblem,
    List<Container> containers) {

  public Pod {
    podIps = List.copyOf(podIps);
    containers = List.copyOf(containers);
  }

  /** State of one container: waiting, running or terminated. */
  public record Container(
      String name,
      String state,
      @Nullable String reason,
      @Nullable String message,
      @Nullable Integer exitCode,
      @Nullable String containerId,
      @Nullable Long finishedAtMs,
      String image) {

    boolean hasStarted() {
      return (containerId != null && !containerId.isEmpty()) || state.equals("running");
    }

    boolean hasFailed() {
      return state.equals("terminated") && !Objects.equals(exitCode, 0);
    }

    /** Ended as its node saw it; a guess of the control plane is none. */
    boolean endIsKnown() {
      return state.equals("terminated")
          && finishedAtMs != null
          && reason != null
          && !reason.equals("ContainerStatusUnknown");
    }
  }

  boolean isTerminal() {
    return phase.equals("Failed") || phase.equals("Succeeded");
  }

  /** The container that the guest runs in; others come before it or run beside it. */
  Optional<Container> launcher() {
    return containers.stream().filter(container -> container.name().equals("compute")).findFirst();
  }

  /** When its last container ended; 0 if none did. */
  long lastFinishedAtMs() {
    return containers.stream()
        .map(Container::finishedAtMs)
        .filter(Objects::nonNull)
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** Whether every process that this pod ever had has ended, by the word of its node. */
  boolean isProvenEnded() {
    boolean anyStarted = containers.stream().anyMatch(Container::hasStarted);
    if (!anyStarted) {
      // A kubelet starts nothing in a pod that it has declared final.
      return isTerminal();
    }
    return isTerminal()
        && containers.stream().filter(Container::hasStarted).allMatch(Container::endIsKnown);
  }
}
