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

  /** What the node says of the pod. */
  public record Status(
      String phase,
      @Nullable String reason,
      @Nullable String message,
      @Nullable String podIp,
      List<String> podIps,
      @Nullable String qosClass) {

    public Status {
      podIps = List.copyOf(podIps);
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

  PodSnapshot withoutVersion() {
    return new PodSnapshot(
        uid, namespace, name, epoch, 0, nodeName, status, deletionMs, conditions, containers);
  }
}
