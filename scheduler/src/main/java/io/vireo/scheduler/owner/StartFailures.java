package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.owner.OwnerState.StartFailure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts that failed before the guest ran: the next waits, by the square of their number, so that
 * one that never works costs little.
 */
final class StartFailures {

  private static final long FIRST_SECONDS = 10;
  private static final long MAX_SECONDS = 300;

  private StartFailures() {}

  /** Takes note of how the VMI that there is has started. */
  static void note(
      OwnerDraft draft, VmSpec.Strategy strategy, @Nullable OwnedVmi vmi, OwnerDecider.Json json) {
    StartFailure before = draft.vm.failure();
    if (!strategy.startsByItself() || (vmi != null && vmi.ran())) {
      draft.vm = draft.vm.withFailure(null);
      return;
    }
    if (vmi == null || !"Failed".equals(vmi.phase()) || vmi.deleting()) {
      return;
    }
    if (before != null && before.lastUid().equals(vmi.uid())) {
      return;
    }
    int count = before == null ? 1 : before.count() + 1;
    long retryAt = draft.nowMs + delayMs(draft.ref.uid(), count, json);
    draft.vm = draft.vm.withFailure(new StartFailure(count, vmi.uid(), retryAt));
    draft.event(
        "StartFailed",
        null,
        "Virtual machine instance " + vmi.name() + " failed before its guest ran.");
  }

  /** Same delay for the same uid and number, and another for each of many that failed at once. */
  static long delayMs(String uid, int count, OwnerDecider.Json json) {
    long seconds =
        Math.min(MAX_SECONDS, FIRST_SECONDS * Math.min(count, 1000) * Math.min(count, 1000));
    String hash = json.hash(List.of(uid, count));
    double part = Integer.parseInt(hash.substring(0, 4), 16) / 65_536.0;
    long more = (long) (seconds * 500 * part);
    return Math.min(MAX_SECONDS * 1000, seconds * 1000 + more);
  }

  /** As {@code status.startFailure}. */
  static Map<String, Object> render(StartFailure failure, String retryAt) {
    return Map.of(
        "consecutiveFailCount",
        failure.count(),
        "lastFailedVMIUID",
        failure.lastUid(),
        "retryAfterTimestamp",
        retryAt);
  }
}
