package io.vireo.ingest.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A launcher pod as it goes on the topic. */
public record PodSnapshot(
    String uid,
    String namespace,
    String name,
    long epoch,
    long resourceVersion,
    @Nullable String nodeName,
    Status status,
    @Nullable Long deletionMs,
    Conditions conditions,
    List<ContainerSnapshot> containers) {

  public PodSnapshot {
    containers = List.copyOf(containers);
  }

  /**
   * What the node says of the pod.
   *
   * @param mountProblem a volume that it could not mount, until a container starts
   */
  public record Status(
      String phase,
      @Nullable String reason,
      @Nullable String message,
      @Nullable String podIp,
      List<String> podIps,
      @Nullable String qosClass,
      @Nullable String mountProblem) {

    public Status {
      podIps = List.copyOf(podIps);
    }

    /** One whose volumes are no problem. */
    public Status(
        String phase,
        @Nullable String reason,
        @Nullable String message,
        @Nullable String podIp,
        List<String> podIps,
        @Nullable String qosClass) {
      this(phase, reason, message, podIp, podIps, qosClass, null);
    }
  }

  /** Its conditions, as far as anybody asks. */
  public record Conditions(
      boolean scheduled,
      @Nullable String unschedulableReason,
      @Nullable String unschedulableMessage,
      boolean containersReady,
      boolean ready,
      @Nullable String readyReason,
      @Nullable Boolean unpaused) {}

  /** One container's state. */
  public record ContainerSnapshot(
      String name,
      boolean init,
      String state,
      @Nullable String reason,
      @Nullable String message,
      @Nullable Integer exitCode,
      @Nullable String containerId,
      @Nullable Long finishedMs,
      String image) {}

  /** The same with what the node says of its volumes, which is over once a container starts. */
  PodSnapshot withMountProblem(@Nullable String problem) {
    boolean started = containers.stream().anyMatch(each -> !each.state().equals("waiting"));
    return new PodSnapshot(
        uid,
        namespace,
        name,
        epoch,
        resourceVersion,
        nodeName,
        new Status(
            status.phase(),
            status.reason(),
            status.message(),
            status.podIp(),
            status.podIps(),
            status.qosClass(),
            started ? null : problem),
        deletionMs,
        conditions,
        containers);
  }

  PodSnapshot withoutVersion() {
    return new PodSnapshot(
        uid, namespace, name, epoch, 0, nodeName, status, deletionMs, conditions, containers);
  }
}
