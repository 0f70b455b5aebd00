package io.vireo.cluster.core;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One write to Kubernetes.
 *
 * @param id of the command
 * @param subject the object it is about; null for {@link LabelNode}
 * @param body what to do
 */
public record Command(String id, @Nullable Subject subject, Body body) {

  /** An object of the API kubevirt.io; its uid is the precondition of every write. */
  public sealed interface Subject {

    /** Its uid. */
    String uid();

    /** Its namespace. */
    String namespace();

    /** Its name. */
    String name();

    /** Its kind. */
    String kind();
  }

  /** Which VMI. */
  public record Vmi(String uid, String namespace, String name) implements Subject {

    @Override
    public String kind() {
      return "VirtualMachineInstance";
    }
  }

  /** Which owner of VMIs. */
  public record Owner(OwnerKind ofKind, String uid, String namespace, String name)
      implements Subject {

    @Override
    public String kind() {
      return ofKind.kind();
    }
  }

  /** The kinds of which an object may own VMIs. */
  public enum OwnerKind {
    VM("VirtualMachine", "virtualmachines"),
    REPLICA_SET("VirtualMachineInstanceReplicaSet", "virtualmachineinstancereplicasets");

    private final String kind;
    private final String resource;

    OwnerKind(String kind, String resource) {
      this.kind = kind;
      this.resource = resource;
    }

    /** As objects have it. */
    public String kind() {
      return kind;
    }

    /** As paths have it. */
    String resource() {
      return resource;
    }

    /** The one of this name. */
    public static Optional<OwnerKind> of(String kind) {
      return Arrays.stream(values()).filter(each -> each.kind.equals(kind)).findFirst();
    }
  }

  /** The VMI it is about; null if it is about something else. */
  public @Nullable Vmi vmi() {
    return subject instanceof Vmi vmi ? vmi : null;
  }

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

  /**
   * Make a VMI of the owner's template, if the owner is still of this generation.
   *
   * @param revisionName of the ControllerRevision to make before; null for none
   * @param labels beside those of the template
   * @param annotations beside those of the template
   * @param paused whether its guest waits at its start until it is unpaused
   */
  public record CreateVmi(
      String vmiName,
      long generation,
      @Nullable String revisionName,
      Map<String, String> labels,
      Map<String, String> annotations,
      boolean paused)
      implements Body {

    public CreateVmi {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
    }
  }

  /** Delete this VMI of the owner. */
  public record DeleteVmi(String vmiName, String vmiUid, @Nullable Long gracePeriodSeconds)
      implements Body {}

  /**
   * The whole status of the owner.
   *
   * @param basedOn the only version of the owner that it may be written on
   */
  public record WriteOwnerStatus(String statusJson, long basedOn) implements Body {}

  /** Finalizers and annotations of the owner; an annotation that is null is removed. */
  public record WriteOwnerMetadata(
      List<String> addFinalizers,
      List<String> removeFinalizers,
      Map<String, @Nullable String> annotations)
      implements Body {

    public WriteOwnerMetadata {
      addFinalizers = List.copyOf(addFinalizers);
      removeFinalizers = List.copyOf(removeFinalizers);
    }
  }

  /** A Kubernetes Event about the VMI or its owner. */
  public record EmitEvent(String eventType, String reason, String message) implements Body {}

  /** Labels and annotations of a Node; null removes. */
  public record LabelNode(
      String node,
      String nodeUid,
      Map<String, @Nullable String> labels,
      Map<String, @Nullable String> annotations)
      implements Body {}
}
