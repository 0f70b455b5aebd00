package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Shown;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells the owner of a VMI what has changed of it. What is told is remembered, so that the same is
 * told once; an owner that loses the VMI to another, or to nobody, is told that, too.
 */
final class Telling {

  /** On a VMI: metadata.generation of the VirtualMachine that it was made of. */
  static final String VM_GENERATION = "kubevirt.io/vm-generation";

  private Telling() {}

  static void tell(Draft draft) {
    Desired desired = draft.observed.desired();
    if (desired == null) {
      return;
    }
    Desired.Controller owner = desired.controller();
    OwnedVmi before = draft.told;
    if (before != null && (owner == null || !owner.uid().equals(before.ownerUid()))) {
      draft.tell(
          before.ownerUid(),
          before.controlledBy(owner == null ? "" : owner.kind(), owner == null ? "" : owner.uid()));
      before = null;
    }
    draft.told = owner == null ? null : view(draft, desired, owner);
    if (draft.told != null && !Objects.equals(draft.told, before)) {
      draft.tell(draft.told.ownerUid(), draft.told);
    }
  }

  private static OwnedVmi view(Draft draft, Desired desired, Desired.Controller owner) {
    Shown shown = draft.shown;
    Epoch epoch = draft.epoch;
    String phase = shown.phase() == null ? desired.phase() : shown.phase();
    boolean ran =
        "Running".equals(phase)
            || (epoch != null && epoch.ran())
            || shown.times().stream().anyMatch(time -> time.phase().equals("Running"));
    return new OwnedVmi(
        draft.ref.uid(),
        draft.ref.namespace(),
        draft.ref.name(),
        owner.kind(),
        owner.uid(),
        desired.createdAtMs(),
        phase,
        ran,
        draft.observed.isDeleting(),
        draft.ended != null,
        shown.conditions(),
        vmGeneration(desired),
        desired.labels(),
        epoch == null ? null : epoch.node());
  }

  /** As the annotation says; null if it has none that is a number. */
  static @Nullable Long vmGeneration(Desired desired) {
    String text = desired.annotations().get(VM_GENERATION);
    return text != null && text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
  }
}
