package io.vireo.node.core;

import io.vireo.node.core.LaneState.Life;

/** A stop on its way: the power button, pressed again, then the end by force. */
final class BringingDown {

  private static final long PRESS_AGAIN_MS = 5000;

  /** After its deadline, how long a stop waits for a launcher of which nothing is known. */
  static final long DOUBT_MS = 60_000;

  private final Draft draft;

  BringingDown(Draft draft) {
    this.draft = draft;
  }

  void proceed() {
    Stop stop = draft.state.stop();
    if (stop == null) {
      return;
    }
    Link link = draft.state.heldLink();
    if (link == null) {
      if (draft.state.doubted() && draft.state.life() == Life.UNBORN) {
        awaitLauncher(stop);
      }
    } else if (draft.state.life() == Life.LIVE
        && link.domain() != null
        && link.domain().isAlive()) {
      bringDown(link, stop);
    }
  }

  /**
   * Nothing is started for the epoch any more, but whether something of it runs is only known once
   * its launcher dials in or the kubelet has no such pod. An end without that would be no proof.
   */
  private void awaitLauncher(Stop stop) {
    long until = stop.deadlineMs() + DOUBT_MS;
    if (draft.nowMs < until) {
      draft.effects.add(new Effect.WakeAt(until));
      return;
    }
    draft.state = draft.state.withStop(null);
    draft.end(
        stop.commandId(),
        stop.type(),
        "Unknown",
        "NotDialledIn",
        "The executor's roster was lost and the launcher has not dialled in.");
  }

  private void bringDown(Link link, Stop stop) {
    long nowMs = draft.nowMs;
    if (!stop.graceful() || nowMs >= stop.deadlineMs()) {
      if (nowMs - stop.forcedAtMs() >= PRESS_AGAIN_MS) {
        draft.state = draft.state.withStop(stop.withForced(nowMs));
        draft.effects.add(new Effect.Destroy(link.session()));
        draft.effects.add(new Effect.WakeAt(nowMs + PRESS_AGAIN_MS));
      } else {
        draft.effects.add(new Effect.WakeAt(stop.forcedAtMs() + PRESS_AGAIN_MS));
      }
      return;
    }
    long pressed = stop.pressedAtMs();
    if (nowMs - pressed >= PRESS_AGAIN_MS) {
      pressed = nowMs;
      draft.state = draft.state.withStop(stop.withPressed(nowMs));
      draft.effects.add(new Effect.ShutDown(link.session()));
    }
    draft.effects.add(new Effect.WakeAt(Math.min(stop.deadlineMs(), pressed + PRESS_AGAIN_MS)));
  }
}
