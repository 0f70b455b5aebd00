package io.vireo.node.core;

import io.vireo.node.core.LaneState.CommandEnd;
import io.vireo.node.core.LaneState.Life;
import java.util.Optional;

/** What a command does to its VM: in order, once, or refused with a reason. */
final class CommandRules {

  private final Draft draft;

  CommandRules(Draft draft) {
    this.draft = draft;
  }

  void command(LaneEvent.CommandCame came) {
    NodeCommandData command = came.command();
    NodeCommandData.Header header = command.header();
    if (isKnown(header.commandId())) {
      return;
    }
    boolean higher =
        draft.state.fence().admits(header.epoch(), header.seq())
            && header.epoch() >= draft.state.heldEpoch();
    if (!higher) {
      draft.report(
          new CommandEnd(
              header.commandId(),
              command.type(),
              "Refused",
              "StaleCommand",
              "A later command of this VM was accepted before."));
      return;
    }
    if (command instanceof NodeCommandData.StartDomain start) {
      start(start, came.conflict());
    } else {
      stop(command);
    }
  }

  /** Read again: told again as it was if it has ended, else it is still being done. */
  private boolean isKnown(String commandId) {
    for (CommandEnd end : draft.state.recent()) {
      if (end.commandId().equals(commandId)) {
        draft.report(end);
        return true;
      }
    }
    return draft.state.isOpen(commandId) || commandId.equals(draft.state.fence().commandId());
  }

  private void start(NodeCommandData.StartDomain start, Optional<Conflict> conflict) {
    NodeCommandData.Header header = start.header();
    LaneState state = draft.state;
    boolean sameEpoch = state.heldEpoch() == header.epoch();
    if (header.epoch() <= state.closedEpoch()) {
      draft.refuse(start, "EpochClosed", "Nothing is started for this epoch any more.");
    } else if (state.mayRun() && !sameEpoch) {
      draft.refuse(start, "EarlierEpochOpen", "The domain of an earlier epoch may still run.");
    } else if (state.mayRun()) {
      // The same start decided anew: the domain is on its way or runs already.
      draft.accept(header);
      draft.end(header.commandId(), start.type(), "Done", "AlreadyStarted", null);
    } else if (conflict.isPresent()) {
      draft.refuse(start, conflict.get().reason(), conflict.get().message());
    } else if (state.life() == Life.ENDED && sameEpoch) {
      draft.refuse(
          start, "LauncherUsed", "The domain of this epoch has ended; a launcher is used once.");
    } else {
      draft.accept(header);
      supersedeStart(start);
      endStopBefore(start);
      draft.state = draft.state.withStart(start);
      dropForeignLink(start);
    }
  }

  /** A launcher that came first and turns out to be in another pod than the one that is meant. */
  private void dropForeignLink(NodeCommandData.StartDomain start) {
    Link link = draft.state.link();
    if (link != null && link.epoch() == start.header().epoch() && !link.isOf(start)) {
      draft.state = draft.state.withLink(null);
      draft.effects.add(new Effect.Dismiss(link.session(), Draft.NEVER_STARTED));
    }
  }

  private void stop(NodeCommandData command) {
    NodeCommandData.Header header = command.header();
    draft.accept(header);
    draft.state = draft.state.withClosedEpoch(header.epoch());
    if (draft.state.life() == Life.UNBORN) {
      supersedeStart(command);
    }
    if (draft.state.heldEpoch() < header.epoch() && !hold(command)) {
      return;
    }
    if (command instanceof NodeCommandData.CloseEpoch && draft.state.mayRun()) {
      draft.end(
          header.commandId(),
          command.type(),
          "Refused",
          "DomainMayRun",
          "The domain of this epoch may run; destroy it first.");
      return;
    }
    replaceStop(command);
    if (draft.state.life() == Life.ENDED) {
      draft.reportEnd();
      draft.finishStop();
    } else if (draft.state.life() == Life.UNBORN && draft.state.doubted()) {
      draft.domain(
          header.epoch(),
          "unknown",
          "RosterLost",
          "The executor lost what it knew; the launcher has not dialled in.");
    } else if (draft.state.life() == Life.UNBORN) {
      draft.ended(Draft.NEVER_STARTED);
      Link link = draft.state.heldLink();
      if (link != null) {
        draft.effects.add(new Effect.Dismiss(link.session(), Draft.NEVER_STARTED));
      }
    }
  }

  /**
   * The command is about a later epoch than what is held.
   *
   * @return false if it was ended here
   */
  private boolean hold(NodeCommandData command) {
    long epoch = command.header().epoch();
    if (draft.state.doubted()) {
      if (draft.state.mayRun()) {
        draft.end(
            command.header().commandId(),
            command.type(),
            "Unknown",
            "EarlierEpochOpen",
            "An earlier epoch is not over, and of this one nothing is known.");
        return false;
      }
      endStopBefore(command);
      draft.state = draft.state.withHeld(epoch, command.header().pod());
      return true;
    }
    if (draft.state.heldEpoch() == 0) {
      draft.state = draft.state.withHeld(epoch, command.header().pod());
      return true;
    }
    neverHere(command);
    return false;
  }

  private void replaceStop(NodeCommandData command) {
    endStopBefore(command);
    boolean graceful =
        command instanceof NodeCommandData.StopDomain s && s.gracePeriodSeconds() > 0;
    long deadline = command instanceof NodeCommandData.StopDomain s ? s.deadlineMs() : draft.nowMs;
    draft.state =
        draft.state.withStop(
            new Stop(command.header().commandId(), command.type(), graceful, deadline, 0, 0));
  }

  private void endStopBefore(NodeCommandData command) {
    Stop before = draft.state.stop();
    if (before != null) {
      draft.state = draft.state.withStop(null);
      draft.end(
          before.commandId(),
          before.type(),
          "Superseded",
          command.type(),
          "A later command took its place.");
    }
  }

  private void supersedeStart(NodeCommandData command) {
    String open = draft.state.openStart();
    if (open != null) {
      draft.end(
          open, "StartDomain", "Superseded", command.type(), "A later command took its place.");
    }
  }

  /** What is held is of an earlier epoch; of this one nothing was started, nor will be. */
  private void neverHere(NodeCommandData command) {
    long epoch = command.header().epoch();
    draft.effects.add(new Effect.ReportDomain(epoch, "ended", Draft.NEVER_STARTED, null, true));
    Link link = draft.state.link();
    if (link != null && link.epoch() == epoch) {
      draft.effects.add(new Effect.Dismiss(link.session(), Draft.NEVER_STARTED));
    }
    draft.end(command.header().commandId(), command.type(), "Done", null, Draft.NEVER_STARTED);
  }
}
