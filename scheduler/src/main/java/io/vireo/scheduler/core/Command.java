package io.vireo.scheduler.core;

import io.vireo.spec.DomainPlan;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command as data. */
public sealed interface Command {

  /** Name of its record on the wire. */
  default String type() {
    return getClass().getSimpleName();
  }

  /** A write to Kubernetes. */
  sealed interface ToCluster extends Command {}

  /** Something for the executor of one node. */
  sealed interface ToNode extends Command {
    String node();

    String nodeUid();
  }

  /** Create this pod, after its Secrets. */
  record CreateLauncherPod(String podName, long epoch, String podJson, List<SecretFromSpec> secrets)
      implements ToCluster {
    public CreateLauncherPod {
      secrets = List.copyOf(secrets);
    }
  }

  /** A Secret to make of a volume's inline data. */
  record SecretFromSpec(String secretName, String volume) {}

  /** Delete this pod. */
  record DeleteLauncherPod(
      String podName, @Nullable String podUid, @Nullable Long gracePeriodSeconds)
      implements ToCluster {}

  /** Set the pod's readiness gate. */
  record SetPodReady(String podName, String podUid, boolean ready, String reason)
      implements ToCluster {}

  /**
   * Finalizer, owned labels and annotations, and status in one write.
   *
   * @param basedOn the only version of the VMI that it may be written on
   */
  record WriteStatus(
      String statusJson,
      String statusHash,
      Map<String, @Nullable String> labels,
      Map<String, @Nullable String> annotations,
      List<String> addFinalizers,
      long basedOn)
      implements ToCluster {}

  /** Final status and the removal of the finalizer in one write. */
  record RemoveFinalizer(List<String> finalizers, String statusJson, String statusHash)
      implements ToCluster {
    public RemoveFinalizer {
      finalizers = List.copyOf(finalizers);
    }
  }

  /** A Kubernetes Event about the VMI. */
  record EmitEvent(String eventType, String reason, String message) implements ToCluster {}

  /** Labels and annotations of a node. */
  record LabelNode(
      String node,
      String nodeUid,
      Map<String, @Nullable String> labels,
      Map<String, @Nullable String> annotations)
      implements ToCluster {}

  /** Form the domain when the epoch's launcher has dialled in. */
  record StartDomain(
      String node,
      String nodeUid,
      String podNamespace,
      String podName,
      String podUid,
      DomainPlan domain)
      implements ToNode {}

  /** ACPI shutdown, then destroy at the deadline. */
  record StopDomain(String node, String nodeUid, long gracePeriodSeconds, long deadlineMs)
      implements ToNode {}

  /** Destroy at once. */
  record DestroyDomain(String node, String nodeUid, String reason) implements ToNode {}
}
