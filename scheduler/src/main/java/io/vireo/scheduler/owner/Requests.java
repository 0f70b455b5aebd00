package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.owner.OwnerDesired.StateChange;
import io.vireo.scheduler.owner.OwnerState.Idle;
import io.vireo.scheduler.owner.OwnerState.Made;
import io.vireo.scheduler.owner.OwnerState.Slot;
import io.vireo.scheduler.owner.OwnerState.Written;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code status.stateChangeRequests} of a VirtualMachine asks for now. They are carried out in
 * their order; one is taken out of the status only when it is carried out, or can have no effect.
 *
 * @param left those that are not done yet
 * @param stopUid the VMI to delete
 * @param start the request to make a VMI
 * @param coversStart one is left out since the newest VMI was made for it
 */
record Requests(
    List<StateChange> left,
    @Nullable String stopUid,
    @Nullable StateChange start,
    boolean coversStart) {

  /**
   * How long a request is kept that could have no effect: what VMIs do is told on another topic,
   * and may be known only after it.
   */
  private static final long IDLE_MS = 10_000;

  Requests {
    left = List.copyOf(left);
  }

  static Requests look(OwnerDraft draft, VmSpec.Strategy strategy, Optional<OwnedVmi> current) {
    List<StateChange> all = draft.desired().requests();
    Written written = draft.shown.written();
    if (written != null && draft.desired().resourceVersion() < written.resourceVersion()) {
      // These are the requests from before the newest write, which took some of them out.
      return new Requests(all, null, null, false);
    }
    if (all.stream().noneMatch(StateChange::isStart)) {
      noStartStands(draft);
    }
    boolean covered = isNewestForStart(draft);
    boolean usedCover = false;
    for (int i = 0; i < all.size(); i++) {
      StateChange request = all.get(i);
      List<StateChange> left = all.subList(i, all.size());
      if (request.isStop()) {
        String uid = Objects.requireNonNullElse(request.vmiUid(), "");
        if (isToBeDeleted(draft, uid)) {
          notIdle(draft);
          return new Requests(left, uid, null, usedCover);
        }
        if (!isDoneFor(draft, uid)) {
          return idle(draft, request, left, usedCover);
        }
      } else if (request.isStart() && covered) {
        covered = false;
        usedCover = true;
      } else if (request.isStart() && mayStart(draft, strategy)) {
        if (current.filter(vmi -> !vmi.deleting() && !vmi.isFinal()).isPresent()) {
          return idle(draft, request, left, usedCover);
        }
        notIdle(draft);
        return new Requests(left, null, request, usedCover);
      }
    }
    notIdle(draft);
    return new Requests(List.of(), null, null, usedCover);
  }

  private static boolean isNewestForStart(OwnerDraft draft) {
    Made newest = draft.vm.newest();
    return newest != null && newest.forStart();
  }

  /** A VMI is that of a request only as long as that stands; the next request is another. */
  static void noStartStands(OwnerDraft draft) {
    Made newest = draft.vm.newest();
    if (newest != null && newest.forStart()) {
      draft.vm =
          draft.vm.withNewest(
              new Made(newest.uid(), newest.generation(), newest.templateHash(), false));
    }
  }

  private static boolean mayStart(OwnerDraft draft, VmSpec.Strategy strategy) {
    return switch (strategy) {
      case HALTED -> false;
      case ONCE -> !draft.vm.onceMade();
      case ALWAYS, RERUN_ON_FAILURE, MANUAL -> true;
    };
  }

  private static boolean isToBeDeleted(OwnerDraft draft, String uid) {
    OwnedVmi vmi = draft.vmis.get(uid);
    return vmi != null
        ? !vmi.deleting()
        : draft.making.values().stream().map(Slot::uid).anyMatch(uid::equals);
  }

  private static boolean isDoneFor(OwnerDraft draft, String uid) {
    return draft.vmis.containsKey(uid) || uid.equals(draft.vm.endedUid());
  }

  /** What can have no effect is kept for a while, then taken out; others wait for that. */
  private static Requests idle(
      OwnerDraft draft, StateChange request, List<StateChange> left, boolean usedCover) {
    String text = request.action() + " " + request.vmiUid();
    Idle idle = draft.vm.idle();
    if (idle == null || !idle.request().equals(text)) {
      idle = new Idle(text, draft.nowMs);
      draft.vm = draft.vm.withIdle(idle);
    }
    if (draft.nowMs >= idle.sinceMs() + IDLE_MS) {
      return new Requests(left.subList(1, left.size()), null, null, usedCover);
    }
    draft.wakeAt(idle.sinceMs() + IDLE_MS);
    return new Requests(left, null, null, usedCover);
  }

  private static void notIdle(OwnerDraft draft) {
    if (draft.vm.idle() != null) {
      draft.vm = draft.vm.withIdle(null);
    }
  }
}
