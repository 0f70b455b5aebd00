package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.owner.OwnerState.Observed;
import io.vireo.scheduler.owner.OwnerState.Slot;
import io.vireo.scheduler.owner.OwnerState.Written;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Folds inputs into the state. What is older than what is known changes nothing. */
final class OwnerEvolution {

  private OwnerEvolution() {}

  static void apply(OwnerDraft draft, OwnerInput input) {
    switch (input) {
      case OwnerInput.OwnerSeen seen -> ownerSeen(draft, seen);
      case OwnerInput.OwnerGone gone -> ownerGone(draft, gone);
      case OwnerInput.VmiTold told -> vmiTold(draft, told.vmi());
      case OwnerInput.VmiReleased released -> vmiReleased(draft, released.vmi());
      case OwnerInput.OutcomeSeen seen -> OwnerOutcomes.take(draft, seen.outcome());
      case OwnerInput.TimerFired fired -> draft.event("TimerFired", null, null);
      case OwnerInput.BarrierPassed passed -> {}
    }
  }

  private static void ownerSeen(OwnerDraft draft, OwnerInput.OwnerSeen seen) {
    Observed before = draft.observed;
    OwnerDesired old = before.desired();
    OwnerDesired desired = seen.desired();
    if (seen.incarnation() < before.incarnation()
        || before.gone()
        || (old != null
            && seen.incarnation() == before.incarnation()
            && desired.resourceVersion() < old.resourceVersion())) {
      return;
    }
    draft.observed = new Observed(desired, false, seen.incarnation());
    if (old == null) {
      // Another memory may have decided upon it, and no command may bear an old number.
      draft.countFromNow();
    }
    if (old == null || old.resourceVersion() != desired.resourceVersion()) {
      OwnerOutcomes.seenAnew(draft);
    }
    Written written = draft.shown.written();
    if (written != null && desired.resourceVersion() == written.resourceVersion()) {
      draft.shown =
          draft.shown.withWritten(
              new Written(
                  written.hash(), written.resourceVersion(), written.atMs(), desired.statusHash()));
    }
    boolean ownWriteIsSeen =
        draft.pending.values().stream()
            .anyMatch(each -> each.target() != null && desired.statusHash().equals(each.hash()));
    if (ownWriteIsSeen) {
      // The watch was faster than the outcome.
      Requests.noStartStands(draft);
    }
    boolean deletionIsNew =
        desired.deletedAtMs() != null && (old == null || old.deletedAtMs() == null);
    Map<String, String> attributes = new HashMap<>();
    attributes.put("resourceVersion", Long.toString(desired.resourceVersion()));
    if (!desired.requests().isEmpty()) {
      attributes.put("requests", describe(desired.requests()));
    }
    draft.event(
        deletionIsNew ? "VmDeletionRequested" : "VmObserved",
        deletionIsNew ? "kubernetes" : actor(old, desired),
        null,
        null,
        attributes);
  }

  /** Admission tells who changed what users write; what else changes is nobody's in particular. */
  private static String actor(@Nullable OwnerDesired old, OwnerDesired desired) {
    boolean byUser =
        old == null
            || old.generation() != desired.generation()
            || !old.labels().equals(desired.labels())
            || !old.annotations().equals(desired.annotations());
    return byUser && desired.actor() != null ? desired.actor() : "kubernetes";
  }

  private static String describe(List<OwnerDesired.StateChange> requests) {
    StringBuilder text = new StringBuilder();
    for (OwnerDesired.StateChange request : requests) {
      text.append(text.isEmpty() ? "" : ", ").append(request.action());
      if (request.vmiUid() != null) {
        text.append(' ').append(request.vmiUid());
      }
    }
    return text.toString();
  }

  private static void ownerGone(OwnerDraft draft, OwnerInput.OwnerGone gone) {
    Observed before = draft.observed;
    if (gone.incarnation() < before.incarnation() || before.gone()) {
      return;
    }
    draft.observed = new Observed(before.desired(), true, gone.incarnation());
    draft.event("VmDeleted", "kubernetes", null, null, Map.of());
  }

  private static void vmiTold(OwnerDraft draft, OwnedVmi vmi) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put("phase", vmi.phase() == null ? "" : vmi.phase());
    if (vmi.deleting()) {
      attributes.put("deleting", "true");
    }
    if (vmi.ended()) {
      attributes.put("ended", "true");
    }
    draft.vmiEvent("VmiObserved", vmi, attributes);
    Slot slot = draft.making.get(vmi.name());
    if (vmi.ended()) {
      forget(draft, vmi);
      draft.vm = draft.vm.withEnded(vmi.uid());
      OwnerOutcomes.forgive(draft, OwnerOutcomes.FAILED_DELETE);
      if (slot != null && slot.uid() == null) {
        draft.making.put(slot.name(), slot.withEnded(vmi.uid()));
      }
    } else {
      draft.vmis.put(vmi.uid(), vmi);
    }
    if (slot != null && vmi.uid().equals(slot.uid())) {
      draft.making.remove(slot.name());
    }
  }

  /** It lives on, or not, as another's or nobody's. */
  private static void vmiReleased(OwnerDraft draft, OwnedVmi vmi) {
    draft.vmiEvent("VmiReleased", vmi, Map.of("controller", vmi.ownerUid()));
    forget(draft, vmi);
    Slot slot = draft.making.get(vmi.name());
    if (slot != null && vmi.uid().equals(slot.uid())) {
      draft.making.remove(slot.name());
    }
  }

  private static void forget(OwnerDraft draft, OwnedVmi vmi) {
    draft.vmis.remove(vmi.uid());
    draft.attempts.succeeded(OwnerOutcomes.attemptKey(OwnerOutcomes.DELETE, vmi.uid()));
  }
}
