package io.vireo.node.core;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Life;
import org.jspecify.annotations.Nullable;

/**
 * A domain that is paused since a disk could not be read or written, as when storage is full.
 * Nobody tells when there is room again, so it is let go on from time to time; QEMU then tries
 * again what had failed, and the guest notices nothing. It counts as running only once it has run
 * for a moment: where there is still no room it is paused again at once, which is no news.
 */
public final class IoErrors {

  /** Reason of a domain that is paused since a disk could not be read or written. */
  public static final String REASON = "ioerror";

  static final long RETRY_FIRST_MS = 5_000;
  static final long RETRY_MAX_MS = 60_000;
  static final long SETTLED_MS = 2_000;

  private final Draft draft;

  IoErrors(Draft draft) {
    this.draft = draft;
  }

  /** Whether a running domain is to be taken for one that is still paused. */
  boolean mayPauseAgain(Link link, DomainView view) {
    Retry retry = link.retry();
    DomainView before = link.domain();
    if (retry == null
        || retry.count() == 0
        || before == null
        || !isPaused(before)
        || !view.state().equals("running")) {
      return false;
    }
    if (retry.runsSinceMs() == 0) {
      runsSince(link, retry, draft.nowMs);
      draft.effects.add(new Effect.LookLater(link.session(), draft.nowMs + SETTLED_MS));
      return true;
    }
    return draft.nowMs - retry.runsSinceMs() < SETTLED_MS;
  }

  /** It is paused. */
  void paused(Link link) {
    Retry retry = link.retry();
    if (retry != null) {
      runsSince(link, retry, 0);
    }
  }

  private void runsSince(Link link, Retry retry, long ms) {
    draft.state = draft.state.withLink(link.withRetry(new Retry(retry.count(), retry.atMs(), ms)));
  }

  void proceed() {
    Link link = draft.state.heldLink();
    if (link == null) {
      return;
    }
    Retry retry = link.retry();
    if (!isToBeTried(link.domain())) {
      if (retry != null) {
        draft.state = draft.state.withLink(link.withRetry(null));
      }
      return;
    }
    Retry next = retry == null ? new Retry(0, draft.nowMs + RETRY_FIRST_MS, 0) : retry;
    if (draft.nowMs >= next.atMs() && next.runsSinceMs() == 0) {
      int count = next.count() + 1;
      next = new Retry(count, draft.nowMs + pause(count), 0);
      draft.effects.add(new Effect.Resume(link.session()));
    }
    if (!next.equals(retry)) {
      draft.state = draft.state.withLink(link.withRetry(next));
    }
    draft.effects.add(new Effect.WakeAt(Math.max(next.atMs(), draft.nowMs + SETTLED_MS)));
  }

  private boolean isToBeTried(@Nullable DomainView domain) {
    return draft.state.life() == Life.LIVE
        && draft.state.stop() == null
        && domain != null
        && isPaused(domain);
  }

  static boolean isPaused(DomainView domain) {
    return domain.state().equals("paused") && domain.reason().equals(REASON);
  }

  private static long pause(int count) {
    return Math.min(RETRY_FIRST_MS << Math.min(count, 10), RETRY_MAX_MS);
  }
}
