package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.VmiState.Condition;
import io.vireo.scheduler.owner.OwnerState.Written;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the status of an owner when what is wanted is not what is stored: one write in flight, on
 * the version that was seen, so that a request that came meanwhile is never written over.
 */
final class OwnerStatus {

  /** How long an own write may take to be seen before it is taken for undone. */
  private static final long SEEN_MAX_MS = 10_000;

  private final OwnerDraft draft;
  private final OwnerDecider.Json json;

  OwnerStatus(OwnerDraft draft, OwnerDecider.Json json) {
    this.draft = draft;
    this.json = json;
  }

  /** Puts a condition among those that are wanted; one that stays as it is keeps its time. */
  static void put(
      Map<String, Condition> wanted,
      OwnerDraft draft,
      String type,
      String status,
      @Nullable String reason,
      @Nullable String message) {
    Condition before = draft.shown.conditions().get(type);
    long since = before != null && before.status().equals(status) ? before.sinceMs() : draft.nowMs;
    wanted.put(type, new Condition(status, reason, message, since));
  }

  /**
   * @param takesOut what the write takes out of the status that is to be remembered until it is
   *     known to be stored; null for nothing
   */
  void writeIfNews(Map<String, Object> status, @Nullable String takesOut) {
    if (draft.isPending(OwnerOutcomes.STATUS) || !draft.mayTry(OwnerOutcomes.STATUS)) {
      return;
    }
    OwnerDesired desired = draft.desired();
    Written written = draft.shown.written();
    if (written != null && desired.resourceVersion() < written.resourceVersion()) {
      if (draft.nowMs < written.atMs() + SEEN_MAX_MS) {
        // The next is based on the version that the last one made.
        draft.wakeAt(written.atMs() + SEEN_MAX_MS);
        return;
      }
      draft.shown = draft.shown.withWritten(null);
      written = null;
    }
    String hash = json.ownerStatusHash(draft.ref.kind(), status);
    if (isNews(desired, written, hash)) {
      draft.issue(
          new OwnerCommand.WriteOwnerStatus(json.write(status), hash, desired.resourceVersion()),
          takesOut,
          hash);
    }
  }

  private static boolean isNews(OwnerDesired desired, @Nullable Written written, String hash) {
    if (written == null || !hash.equals(written.hash())) {
      return !hash.equals(desired.statusHash());
    }
    // What Kubernetes made of our own write is no difference.
    String echo = written.echo() == null ? hash : written.echo();
    return !desired.statusHash().equals(hash) && !desired.statusHash().equals(echo);
  }
}
