package io.vireo.node.core;

import io.vireo.node.core.LaneState.CommandEnd;
import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Fence;
import io.vireo.node.core.LaneState.Life;
import io.vireo.node.core.LaneState.Link;
import io.vireo.node.core.LaneState.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one VM on this node. A command acts once, and only if it is higher than all before;
 * a domain is created at most once an epoch, and never after the epoch was closed. One instance
 * takes one event; see {@link #decide}.
 */
public final class Lane {

  private static final long PRESS_AGAIN_MS = 5000;
  private static final long LOOK_AGAIN_MS = 5000;
  private static final String NEVER_STARTED = "never-started";

  private LaneState state;
  private final long nowMs;
  private final List<Effect> effects = new ArrayList<>();

  private Lane(LaneState state, long nowMs) {
    this.state = state;
    this.nowMs = nowMs;
  }

  /** What follows from one event: the state to store first, then the effects in order. */
  public record Decision(LaneState state, List<Effect> effects) {
    public Decision {
      effects = List.copyOf(effects);
    }
  }

  /** Decides; a function of its arguments. */
  public static Decision decide(LaneState state, LaneEvent event, long nowMs) {
    Lane lane = new Lane(state, nowMs);
    lane.take(event);
    lane.proceed();
    LaneState next =
        lane.state.durable().equals(state.durable()) ? lane.state : lane.state.changedAt(nowMs);
    return new Decision(next, lane.effects);
  }

  private void take(LaneEvent event) {
    switch (event) {
      case LaneEvent.CommandCame came -> command(came);
      case LaneEvent.LauncherConnected c -> connected(c);
      case LaneEvent.LauncherPrepared p -> prepared(p.session());
      case LaneEvent.PreparationFailed f -> preparationFailed(f);
      case LaneEvent.LauncherMarked m -> marked(m.session());
      case LaneEvent.MarkRefused r -> markRefused(r);
      case LaneEvent.GuestEnded e -> {
        if (isCurrent(e.session())) {
          ended(e.reason());
        }
      }
      case LaneEvent.LauncherLost l -> lost(l.session());
      case LaneEvent.DomainSeen s -> seen(s.session(), s.view());
      case LaneEvent.CreationFailed f -> creationFailed(f);
      case LaneEvent.EndStored s -> endStored();
      case LaneEvent.Tick t -> {}
    }
  }

  // -- commands

  private void command(LaneEvent.CommandCame came) {
    NodeCommandData command = came.command();
    NodeCommandData.Header header = command.header();
    Fence fence = state.fence();
    if (header.commandId().equals(fence.commandId())) {
      // Asked again: told again if it has ended, else it is still being done.
      CommandEnd end = state.lastEnd();
      if (end != null && end.commandId().equals(header.commandId())) {
        report(end);
      }
      return;
    }
    boolean higher =
        header.epoch() > fence.epoch()
            || (header.epoch() == fence.epoch() && header.seq() > fence.seq());
    if (!higher) {
      report(
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
    if (header.epoch() <= state.closedEpoch()) {
      refuse(start, "EpochClosed", "Nothing is started for this epoch any more.");
      return;
    }
    if (nameIsTaken) {
      refuse(start, "NameTaken", "Another domain of this namespace and name runs on the node.");
      return;
    }
    if (state.mayRun()) {
      boolean sameEpoch = state.epoch() == header.epoch();
      if (!sameEpoch) {
        refuse(start, "EarlierEpochOpen", "The domain of an earlier epoch may still run.");
        return;
      }
      // The same start decided anew: the domain is on its way or runs already.
      accept(header);
      end(header.commandId(), start.type(), "Done", "AlreadyStarted", null);
      return;
    }
    if (state.life() == Life.ENDED && state.epoch() == header.epoch()) {
      refuse(start, "LauncherUsed", "The domain of this epoch has ended; a launcher is used once.");
      return;
    }
    accept(header);
    supersedeStart(start);
    Link link = state.link();
    state = state.withStart(start);
    if (link != null) {
      state = state.withLink(link);
    }
  }

  private void stop(NodeCommandData command) {
    NodeCommandData.Header header = command.header();
    accept(header);
    state = state.withClosedEpoch(header.epoch());
    if (state.openStart() != null && state.life() == Life.UNBORN) {
      supersedeStart(command);
    }
    NodeCommandData.StartDomain held = state.start();
    if (held != null && held.header().epoch() < header.epoch() && !state.mayRun()) {
      neverHere(command);
      return;
    }
    if (command instanceof NodeCommandData.CloseEpoch && state.mayRun()) {
      end(
          header.commandId(),
          command.type(),
          "Refused",
          "DomainMayRun",
          "The domain of this epoch may run; destroy it first.");
      return;
    }
    Stop before = state.stop();
    if (before != null) {
      end(
          before.commandId(),
          before.type(),
          "Superseded",
          command.type(),
          "A later command took its place.");
    }
    boolean graceful =
        command instanceof NodeCommandData.StopDomain s && s.gracePeriodSeconds() > 0;
    long deadline = command instanceof NodeCommandData.StopDomain s ? s.deadlineMs() : nowMs;
    state = state.withStop(new Stop(header.commandId(), command.type(), graceful, deadline, 0));
    if (state.life() == Life.UNBORN) {
      ended(NEVER_STARTED);
      Link link = state.link();
      if (link != null) {
        effects.add(new Effect.Dismiss(link.session(), NEVER_STARTED));
      }
    } else if (state.life() == Life.ENDED) {
      reportEnd();
      finishStop();
    }
  }

  private void supersedeStart(NodeCommandData command) {
    if (state.openStart() != null) {
      end(
          state.openStart(),
          "StartDomain",
          "Superseded",
          command.type(),
          "A later command took its place.");
    }
  }

  /** What is held is of an earlier epoch; of this one nothing was started, nor will be. */
  private void neverHere(NodeCommandData command) {
    long epoch = command.header().epoch();
    effects.add(
        new Effect.ReportDomain(epoch, "ended", NEVER_STARTED, null, true, List.of(), null));
    Link link = state.link();
    if (link != null && link.epoch() == epoch) {
      effects.add(new Effect.Dismiss(link.session(), NEVER_STARTED));
    }
    end(command.header().commandId(), command.type(), "Done", null, NEVER_STARTED);
  }

  private void accept(NodeCommandData.Header header) {
    state = state.withFence(new Fence(header.epoch(), header.seq(), header.commandId()));
  }

  private void refuse(NodeCommandData command, String reason, String message) {
    accept(command.header());
    end(command.header().commandId(), command.type(), "Refused", reason, message);
  }

  private void end(
      String commandId,
      String type,
      String result,
      @Nullable String reason,
      @Nullable String message) {
    CommandEnd end = new CommandEnd(commandId, type, result, reason, message);
    state = state.withLastEnd(end);
    report(end);
  }

  private void report(CommandEnd end) {
    effects.add(new Effect.ReportCommand(end, state.fence().epoch(), state.fence().seq()));
  }

  // -- launcher

  private boolean isCurrent(long session) {
    Link link = state.link();
    return link != null && link.session() == session;
  }

  private void connected(LaneEvent.LauncherConnected c) {
    Link before = state.link();
    NodeCommandData.StartDomain start = state.start();
    String pod = c.podNamespace() + "/" + c.podName();
    Link link = new Link(c.session(), c.epoch(), pod, false, !c.state().equals("fresh"), null);
    if (before != null && before.session() > c.session()) {
      return;
    }
    boolean stale = start != null && c.epoch() < start.header().epoch();
    boolean foreign = start != null && c.epoch() == start.header().epoch() && !link.isOf(start);
    if (stale || foreign) {
      effects.add(new Effect.Dismiss(c.session(), NEVER_STARTED));
      return;
    }
    state = state.withLink(link);
    boolean held = start != null && link.isOf(start);
    if (c.state().equals("ended")) {
      if (held && state.life() == Life.ENDED) {
        reportEnd();
      } else {
        state = held ? state : state.withLife(Life.LIVE);
        ended(c.end());
      }
      return;
    }
    if (state.closedEpoch() >= c.epoch() && !state.mayRun() && !link.marked()) {
      effects.add(new Effect.Dismiss(c.session(), NEVER_STARTED));
      return;
    }
    if (!state.mayRun() && !link.marked()) {
      domain("launcher-connected", null, null, false, null);
    }
  }

  private void prepared(long session) {
    Link link = state.link();
    if (link != null && link.session() == session) {
      state = state.withLink(link.withPrepared());
      boolean over = state.life() == Life.ENDED && state.closedEpoch() >= link.epoch();
      if (link.marked() && !over) {
        effects.add(new Effect.Look(session));
      } else if (state.life() == Life.MARKING && !link.prepared()) {
        // The mark that was stored as intended never reached this launcher.
        if (state.stop() == null) {
          effects.add(new Effect.Mark(session));
        } else {
          ended(NEVER_STARTED);
          effects.add(new Effect.Dismiss(session, NEVER_STARTED));
        }
      }
    }
  }

  private void preparationFailed(LaneEvent.PreparationFailed f) {
    if (!isCurrent(f.session()) || state.mayRun()) {
      return;
    }
    domain("preparing-failed", f.reason(), f.message(), false, null);
    state = state.withClosedEpoch(state.epoch());
    if (state.openStart() != null) {
      end(state.openStart(), "StartDomain", "Failed", f.reason(), f.message());
    }
    effects.add(new Effect.AcknowledgeEnd(f.session()));
  }

  private void marked(long session) {
    Link link = state.link();
    NodeCommandData.StartDomain start = state.start();
    if (link == null || link.session() != session || start == null || !link.isOf(start)) {
      return;
    }
    state = state.withLink(link.withMarked());
    if (state.life() != Life.MARKING) {
      return;
    }
    if (state.stop() != null) {
      ended(NEVER_STARTED);
      effects.add(new Effect.Dismiss(session, NEVER_STARTED));
      return;
    }
    state = state.withLife(Life.CREATING);
    effects.add(new Effect.Create(session, start.domain(), start.header().epoch()));
  }

  private void markRefused(LaneEvent.MarkRefused r) {
    if (!isCurrent(r.session()) || state.life() != Life.MARKING) {
      return;
    }
    // Used before, or terminating: nothing was created by this Start, nothing will be.
    if (state.openStart() != null) {
      end(state.openStart(), "StartDomain", "Refused", "LauncherUsed", r.message());
    }
    state = state.withClosedEpoch(state.epoch());
    effects.add(new Effect.Look(r.session()));
  }

  private void lost(long session) {
    if (!isCurrent(session)) {
      return;
    }
    state = state.withLink(null);
    if (state.mayRun()) {
      domain(
          "unknown", "LauncherDisconnected", "The launcher's connection is closed.", false, null);
    }
  }

  // -- domain

  private void seen(long session, DomainView view) {
    Link link = state.link();
    boolean over =
        state.life() == Life.ENDED && link != null && state.closedEpoch() >= link.epoch();
    if (link == null || link.session() != session || over) {
      return;
    }
    DomainView before = link.domain();
    state = state.withLink(link.withDomain(view));
    if (view.isAlive()) {
      state = state.withLife(Life.LIVE);
      if (!view.equals(before)) {
        domain(view.state(), view.reason(), null, false, view);
      }
      if (state.openStart() != null) {
        end(state.openStart(), "StartDomain", "Done", null, null);
      }
      return;
    }
    boolean wasThere = view.state().equals("shutoff");
    if (wasThere && state.life() != Life.MARKING && !view.reason().equals("unknown")) {
      ended(view.reason());
    } else if (state.life() == Life.CREATING && wasThere) {
      definedButOff(session, before);
    } else if (state.life() == Life.CREATING && before == null && !wasThere) {
      // Created was never reached: a restart came between the mark and the domain.
      if (state.stop() == null) {
        NodeCommandData.StartDomain start = Objects.requireNonNull(state.start());
        effects.add(new Effect.Create(session, start.domain(), start.header().epoch()));
      } else {
        ended(NEVER_STARTED);
        effects.add(new Effect.Dismiss(session, NEVER_STARTED));
      }
    } else if (state.life() == Life.MARKING && link.marked()) {
      marked(session);
    }
  }

  /**
   * Defined, not active, and libvirt does not know why: it was never started, or it has just ended
   * and the launcher, which watches QEMU itself, is about to say so. It gets the time to.
   */
  private void definedButOff(long session, @Nullable DomainView before) {
    NodeCommandData.StartDomain start = state.start();
    if (before == null || !before.state().equals("shutoff")) {
      effects.add(new Effect.LookLater(session, nowMs + LOOK_AGAIN_MS));
    } else if (state.stop() != null || start == null) {
      ended(NEVER_STARTED);
      effects.add(new Effect.Dismiss(session, NEVER_STARTED));
    } else {
      effects.add(new Effect.Create(session, start.domain(), start.header().epoch()));
    }
  }

  private void creationFailed(LaneEvent.CreationFailed f) {
    if (!isCurrent(f.session()) || state.life() != Life.CREATING) {
      return;
    }
    if (state.openStart() != null) {
      end(state.openStart(), "StartDomain", "Failed", "SyncFailed", f.message());
    }
    state = state.withClosedEpoch(state.epoch());
    ended("failed-to-start");
    effects.add(new Effect.Dismiss(f.session(), "failed-to-start"));
  }

  private void ended(String reason) {
    Link link = state.link();
    if (state.life() == Life.ENDED && (link == null || state.closedEpoch() >= link.epoch())) {
      return;
    }
    Stop stop = state.stop();
    boolean atOnce = stop != null && !stop.graceful();
    String told = reason.isEmpty() ? "unknown" : reason;
    state =
        state
            .withClosedEpoch(state.epoch())
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

  private void finishStop() {
    Stop stop = state.stop();
    if (stop != null) {
      state = state.withStop(null);
      end(stop.commandId(), stop.type(), "Done", null, state.end());
    }
  }

  private void reportEnd() {
    domain("ended", state.end(), null, true, null);
  }

  private void endStored() {
    Link link = state.link();
    if (link != null && state.life() == Life.ENDED) {
      effects.add(new Effect.AcknowledgeEnd(link.session()));
    }
  }

  private void domain(
      String word,
      @Nullable String reason,
      @Nullable String message,
      boolean proven,
      @Nullable DomainView view) {
    effects.add(
        new Effect.ReportDomain(
            state.epoch(),
            word,
            reason,
            message,
            proven,
            view == null ? List.of() : view.nics(),
            view == null ? null : view.machine()));
  }

  // -- whatever the event was

  private void proceed() {
    Link link = state.link();
    if (link == null) {
      return;
    }
    NodeCommandData.StartDomain start = state.start();
    if (start != null
        && link.isOf(start)
        && state.life() == Life.UNBORN
        && state.stop() == null
        && start.header().epoch() > state.closedEpoch()
        && link.prepared()
        && !link.marked()) {
      state = state.withLife(Life.MARKING);
      effects.add(new Effect.Mark(link.session()));
      return;
    }
    Stop stop = state.stop();
    DomainView view = link.domain();
    if (stop != null && state.life() == Life.LIVE && view != null && view.isAlive()) {
      bringDown(link, stop);
    }
  }

  private void bringDown(Link link, Stop stop) {
    if (!stop.graceful() || nowMs >= stop.deadlineMs()) {
      effects.add(new Effect.Destroy(link.session()));
      effects.add(new Effect.WakeAt(nowMs + PRESS_AGAIN_MS));
      return;
    }
    if (nowMs - stop.pressedAtMs() >= PRESS_AGAIN_MS) {
      state =
          state.withStop(new Stop(stop.commandId(), stop.type(), true, stop.deadlineMs(), nowMs));
      effects.add(new Effect.ShutDown(link.session()));
    }
    long pressed = Objects.requireNonNull(state.stop()).pressedAtMs();
    effects.add(new Effect.WakeAt(Math.min(stop.deadlineMs(), pressed + PRESS_AGAIN_MS)));
  }
}
