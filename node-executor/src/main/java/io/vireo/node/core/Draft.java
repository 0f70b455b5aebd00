package io.vireo.node.core;

import io.vireo.node.core.LaneState.CommandEnd;
import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Fence;
import io.vireo.node.core.LaneState.Life;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One decision as it is being made: the state so far, the effects so far. */
final class Draft {

  static final String NEVER_STARTED = "never-started";
  static final String UNKNOWN = "unknown";

  LaneState state;
  final long nowMs;
  final List<Effect> effects = new ArrayList<>();

  Draft(LaneState state, long nowMs) {
    this.state = state;
    this.nowMs = nowMs;
  }

  void accept(NodeCommandData.Header header) {
    state = state.withFence(new Fence(header.epoch(), header.seq(), header.commandId()));
  }

  void refuse(NodeCommandData command, String reason, String message) {
    accept(command.header());
    end(command.header().commandId(), command.type(), "Refused", reason, message);
  }

  void end(
      String commandId,
      String type,
      String result,
      @Nullable String reason,
      @Nullable String message) {
    CommandEnd end = new CommandEnd(commandId, type, result, reason, message);
    state = state.withCommandEnd(end);
    report(end);
  }

  void report(CommandEnd end) {
    effects.add(new Effect.ReportCommand(end, state.fence().epoch(), state.fence().seq()));
  }

  boolean isCurrent(long session) {
    Link link = state.link();
    return link != null && link.session() == session;
  }

  /** Whether this is the connected launcher, and what is held is about its epoch. */
  boolean isHeld(long session) {
    Link link = state.heldLink();
    return link != null && link.session() == session;
  }

  /** The held epoch is over, which is certain. */
  void ended(String reason) {
    if (state.life() == Life.ENDED) {
      return;
    }
    Stop stop = state.stop();
    boolean atOnce = stop != null && !stop.graceful();
    String told = reason.isEmpty() ? UNKNOWN : reason;
    state =
        state
            .withClosedEpoch(state.heldEpoch())
            .withEnded(told.equals("destroyed") && atOnce ? "destroyed-at-once" : told);
    reportEnd();
    if (state.openStart() != null) {
      boolean ran = !NEVER_STARTED.equals(told);
      end(
          state.openStart(),
          "StartDomain",
          ran ? "Done" : "Superseded",
          "Ended",
          "The domain has ended: " + told);
    }
    finishStop();
  }

  /** No domain of the held epoch was created, and none will be. */
  void neverStarted(long session) {
    String reason = state.doubted() ? UNKNOWN : NEVER_STARTED;
    ended(reason);
    effects.add(new Effect.Dismiss(session, reason));
  }

  void finishStop() {
    Stop stop = state.stop();
    if (stop != null) {
      state = state.withStop(null);
      end(stop.commandId(), stop.type(), "Done", null, state.end());
    }
  }

  void reportEnd() {
    effects.add(new Effect.ReportDomain(state.heldEpoch(), "ended", state.end(), null, true));
  }

  /** Something of an epoch that proves nothing. */
  void domain(long epoch, String word, @Nullable String reason, @Nullable String message) {
    effects.add(new Effect.ReportDomain(epoch, word, reason, message, false));
  }

  void domain(DomainView view) {
    Link link = state.link();
    effects.add(
        new Effect.ReportDomain(
            state.heldEpoch(),
            view.state(),
            view.reason(),
            null,
            false,
            view.nics(),
            view.machine(),
            link == null ? null : link.agent().told(),
            view.sizes()));
  }
}
