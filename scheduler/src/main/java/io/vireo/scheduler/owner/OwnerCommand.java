package io.vireo.scheduler.owner;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A write to Kubernetes for an owner of VMIs, as data. */
public sealed interface OwnerCommand {

  /** Name of its record on the wire. */
  default String type() {
    return getClass().getSimpleName();
  }

  /**
   * Make a VMI of the template that the owner has.
   *
   * @param generation of the owner that it was decided upon; of another nothing is made
   * @param revisionName ControllerRevision to make first
   */
  record CreateVmi(
      String vmiName,
      long generation,
      @Nullable String revisionName,
      Map<String, String> annotations,
      boolean paused)
      implements OwnerCommand {
    public CreateVmi {
      annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }
  }

  /** Delete this VMI. */
  record DeleteVmi(String vmiName, String vmiUid) implements OwnerCommand {}

  /** Take the owner out of the ownerReferences of this VMI. */
  record ReleaseVmi(String vmiName, String vmiUid) implements OwnerCommand {}

  /**
   * The whole status.
   *
   * @param basedOn the only version of the owner that it may be written on
   */
  record WriteOwnerStatus(String statusJson, String statusHash, long basedOn)
      implements OwnerCommand {}

  /** Finalizers and annotations; an annotation that is null is removed. */
  record WriteOwnerMetadata(
      List<String> addFinalizers,
      List<String> removeFinalizers,
      Map<String, @Nullable String> annotations)
      implements OwnerCommand {
    public WriteOwnerMetadata {
      addFinalizers = List.copyOf(addFinalizers);
      removeFinalizers = List.copyOf(removeFinalizers);
      annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }
  }

  /** A Kubernetes Event about the owner. */
  record EmitEvent(String eventType, String reason, String message) implements OwnerCommand {}
}
