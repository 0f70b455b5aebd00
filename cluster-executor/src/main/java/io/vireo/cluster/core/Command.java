package io.vireo.cluster.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One write to Kubernetes.
 *
 * @param id of the command
 * @param vmi the VMI it is about; null for {@link LabelNode}
 * @param body what to do
 */
public record Command(String id, @Nullable Vmi vmi, Body body) {

  /** Which VMI; its uid is the precondition of every write. */
  public record Vmi(String uid, String namespace, String name) {}

  /** What to do. */
  public sealed interface Body {}

  /** Create this pod, after its Secrets. */
  public record CreateLauncherPod(
      String podName, long epoch, String podJson, List<SecretFromSpec> secrets) implements Body {

    public CreateLauncherPod {
      secrets = List.copyOf(secrets);
    }
  }

  /** A Secret of the inline data of one volume of the VMI's own spec. */
  public record SecretFromSpec(String secretName, String volume) {}

  /** Delete this pod; its uid is null if it was never seen. */
  public record DeleteLauncherPod(
      String podName, @Nullable String podUid, @Nullable Long gracePeriodSeconds) implements Body {}

  /** Set the readiness gate condition of this pod. */
  public record SetPodReady(String podName, String podUid, boolean ready, String reason)
      implements Body {}

  /**
   * Finalizers, labels, annotations and status of the VMI.
   *
   * @param basedOn the only version of the VMI that it may be written on; null in a record of a
   *     scheduler that named none
   */
  public record WriteStatus(
      String statusJson,
      Map<String, @Nullable String> labels,
      Map<String, @Nullable String> annotations,
      List<String> addFinalizers,
      @Nullable Long basedOn)
      implements Body {

    public WriteStatus {
      addFinalizers = List.copyOf(addFinalizers);
    }
  }

  /** The final status and the removal of finalizers. */
  public record RemoveFinalizer(List<String> finalizers, @Nullable String statusJson)
      implements Body {

    public RemoveFinalizer {
      finalizers = List.copyOf(finalizers);
    }
  }

  /** A Kubernetes Event about the VMI. */
  public record EmitEvent(String eventType, String reason, String message) implements Body {}

  /** Labels and annotations of a Node; null removes. */
  public record LabelNode(
      String node,
      String nodeUid,
      Map<String, @Nullable String> labels,
      Map<String, @Nullable String> annotations)
      implements Body {}
}
