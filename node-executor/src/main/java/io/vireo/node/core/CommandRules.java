package io.vireo.node.core;

import io.vireo.node.core.LaneState.CommandEnd;
import io.vireo.node.core.LaneState.Fence;
import io.vireo.node.core.LaneState.Life;
import io.vireo.node.core.LaneState.Link;
import io.vireo.node.core.LaneState.Stop;
import java.util.List;

/** What a command does to its VM: in order, once, or refused with a reason. */
final class CommandRules {

  private final Draft draft;

  CommandRules(Draft draft) {
    this.draft = draft;
  }

  void command(LaneEvent.CommandCame came) {
    NodeCommandData command = came.command();
    NodeCommandData.Header header = command.header();
    Fence fence = draft.state.fence();
    if (header.commandId().equals(fence.commandId())) {
      // Asked again: told again if it has ended, else it is still being done.
      CommandEnd end = draft.state.lastEnd();
      if (end != null && end.commandId().equals(header.commandId())) {
        draft.report(end);
      }
      return;
    }
    boolean higher =
        header.epoch() > fence.epoch()
            || (header.epoch() == fence.epoch() && header.seq() > fence.seq());
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
      start(start, came.nameIsTaken());
    } else {
      stop(command);
    }
  }

  private void start(NodeCommandData.StartDomain start, boolean nameIsTaken) {
    NodeCommandData.Header header = start.header();
    if (header.epoch() <= draft.state.closedEpoch()) {
      draft.refuse(start, "EpochClosed", "Nothing is started for this epoch any more.");
      return;
    }
    if (nameIsTaken) {
      draft.refuse(
          start, "NameTaken", "Another domain of this namespace and name runs on the node.");
      return;
    }
    if (draft.state.mayRun()) {
      boolean sameEpoch = draft.state.epoch() == header.epoch();
      if (!sameEpoch) {
        draft.refuse(start, "EarlierEpochOpen", "The domain of an earlier epoch may still run.");
        return;
      }
      // The same start decided anew: the domain is on its way or runs already.
      draft.accept(header);
      draft.end(header.commandId(), start.type(), "Done", "AlreadyStarted", null);
      return;
    }
    if (draft.state.life() == Life.ENDED && draft.state.epoch() == header.epoch()) {
      draft.refuse(
          start, "LauncherUsed", "The domain of this epoch has ended; a launcher is used once.");
      return;
    }
    draft.accept(header);
    supersedeStart(start);
    Link link = draft.state.link();
    draft.state = draft.state.withStart(start);
    if (link != null) {
      draft.state = draft.state.withLink(link);
    }
  }

  private void stop(NodeCommandData command) {
    NodeCommandData.Header header = command.header();
    draft.accept(header);
    draft.state = draft.state.withClosedEpoch(header.epoch());
    if (draft.state.openStart() != null && draft.state.life() == Life.UNBORN) {
      supersedeStart(command);
    }
    NodeCommandData.StartDomain held = draft.state.start();
    if (held != null && held.header().epoch() < header.epoch() && !draft.state.mayRun()) {
      neverHere(command);
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
    Stop before = draft.state.stop();
    if (before != null) {
      draft.end(
          before.commandId(),
          before.type(),
          "Superseded",
          command.type(),
          "A later command took its place.");
    }
    boolean graceful =
        command instanceof NodeCommandData.StopDomain s && s.gracePeriodSeconds() > 0;
    long deadline = command instanceof NodeCommandData.StopDomain s ? s.deadlineMs() : draft.nowMs;
    draft.state =
        draft.state.withStop(new Stop(header.commandId(), command.type(), graceful, deadline, 0));
    if (draft.state.life() == Life.UNBORN) {
      draft.ended(Draft.NEVER_STARTED);
      Link link = draft.state.link();
      if (link != null) {
        draft.effects.add(new Effect.Dismiss(link.session(), Draft.NEVER_STARTED));
      }
    } else if (draft.state.life() == Life.ENDED) {
      draft.reportEnd();
      draft.finishStop();
    }
  }

  private void supersedeStart(NodeCommandData command) {
    if (draft.state.openStart() != null) {
      draft.end(
          draft.state.openStart(),
          "StartDomain",
          "Superseded",
          command.type(),
          "A later command took its place.");
    }
  }

  /** What is held is of an earlier epoch; of this one nothing was started, nor will be. */
  private void neverHere(NodeCommandData command) {
    long epoch = command.header().epoch();
    draft.effects.add(
        new Effect.ReportDomain(epoch, "ended", Draft.NEVER_STARTED, null, true, List.of(), null));
    Link link = draft.state.link();
    if (link != null && link.epoch() == epoch) {
      draft.effects.add(new Effect.Dismiss(link.session(), Draft.NEVER_STARTED));
    }
    draft.end(command.header().commandId(), command.type(), "Done", null, Draft.NEVER_STARTED);
  }
}
