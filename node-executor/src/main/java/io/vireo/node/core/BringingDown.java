package io.vireo.node.core;

import io.vireo.node.core.LaneState.Link;
import io.vireo.node.core.LaneState.Stop;
import java.util.Objects;

/** A stop on its way: the power button, pressed again, then the end by force. */
final class BringingDown {

  private static final long PRESS_AGAIN_MS = 5000;

  private final Draft draft;

  BringingDown(Draft draft) {
    this.draft = draft;
  }

  void bringDown(Link link, Stop stop) {
    if (!stop.graceful() || draft.nowMs >= stop.deadlineMs()) {
      draft.effects.add(new Effect.Destroy(link.session()));
      draft.effects.add(new Effect.WakeAt(draft.nowMs + PRESS_AGAIN_MS));
      return;
    }
    if (draft.nowMs - stop.pressedAtMs() >= PRESS_AGAIN_MS) {
      draft.state =
          draft.state.withStop(
              new Stop(stop.commandId(), stop.type(), true, stop.deadlineMs(), draft.nowMs));
      draft.effects.add(new Effect.ShutDown(link.session()));
    }
    long pressed = Objects.requireNonNull(draft.state.stop()).pressedAtMs();
    draft.effects.add(new Effect.WakeAt(Math.min(stop.deadlineMs(), pressed + PRESS_AGAIN_MS)));
  }
}
