package io.vireo.node.core;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Life;
import io.vireo.node.core.LaneState.Link;
import io.vireo.node.core.LaneState.Stop;

/** What follows from what a launcher says, and from its connection's end. */
final class LauncherRules {

  private final Draft draft;

  LauncherRules(Draft draft) {
    this.draft = draft;
  }

  void connected(LaneEvent.LauncherConnected c) {
    Link before = draft.state.link();
    NodeCommandData.StartDomain start = draft.state.start();
    String pod = c.podNamespace() + "/" + c.podName();
    Link link = new Link(c.session(), c.epoch(), pod, false, !c.state().equals("fresh"), null);
    if (before != null && before.session() > c.session()) {
      return;
    }
    boolean stale = start != null && c.epoch() < start.header().epoch();
    boolean foreign = start != null && c.epoch() == start.header().epoch() && !link.isOf(start);
    if (stale || foreign) {
      draft.effects.add(new Effect.Dismiss(c.session(), Draft.NEVER_STARTED));
      return;
    }
    draft.state = draft.state.withLink(link);
    boolean held = start != null && link.isOf(start);
    if (c.state().equals("ended")) {
      if (held && draft.state.life() == Life.ENDED) {
        draft.reportEnd();
      } else {
        draft.state = held ? draft.state : draft.state.withLife(Life.LIVE);
        draft.ended(c.end());
      }
      return;
    }
    if (draft.state.closedEpoch() >= c.epoch() && !draft.state.mayRun() && !link.marked()) {
      draft.effects.add(new Effect.Dismiss(c.session(), Draft.NEVER_STARTED));
      return;
    }
    if (!draft.state.mayRun() && !link.marked()) {
      draft.domain("launcher-connected", null, null, false, null);
    }
  }

  void prepared(long session) {
    Link link = draft.state.link();
    if (link != null && link.session() == session) {
      draft.state = draft.state.withLink(link.withPrepared());
      boolean over = draft.state.life() == Life.ENDED && draft.state.closedEpoch() >= link.epoch();
      if (link.marked() && !over) {
        draft.effects.add(new Effect.Look(session));
      } else if (draft.state.life() == Life.MARKING && !link.prepared()) {
        // The mark that was stored as intended never reached this launcher.
        if (draft.state.stop() == null) {
          draft.effects.add(new Effect.Mark(session));
        } else {
          draft.ended(Draft.NEVER_STARTED);
          draft.effects.add(new Effect.Dismiss(session, Draft.NEVER_STARTED));
        }
      }
    }
  }

  void preparationFailed(LaneEvent.PreparationFailed f) {
    if (!draft.isCurrent(f.session()) || draft.state.mayRun()) {
      return;
    }
    draft.domain("preparing-failed", f.reason(), f.message(), false, null);
    draft.state = draft.state.withClosedEpoch(draft.state.epoch());
    if (draft.state.openStart() != null) {
      draft.end(draft.state.openStart(), "StartDomain", "Failed", f.reason(), f.message());
    }
    draft.effects.add(new Effect.AcknowledgeEnd(f.session()));
  }

  void marked(long session) {
    Link link = draft.state.link();
    NodeCommandData.StartDomain start = draft.state.start();
    if (link == null || link.session() != session || start == null || !link.isOf(start)) {
      return;
    }
    draft.state = draft.state.withLink(link.withMarked());
    if (draft.state.life() != Life.MARKING) {
      return;
    }
    if (draft.state.stop() != null) {
      draft.ended(Draft.NEVER_STARTED);
      draft.effects.add(new Effect.Dismiss(session, Draft.NEVER_STARTED));
      return;
    }
    draft.state = draft.state.withLife(Life.CREATING);
    draft.effects.add(new Effect.Create(session, start.domain(), start.header().epoch()));
  }

  void markRefused(LaneEvent.MarkRefused r) {
    if (!draft.isCurrent(r.session()) || draft.state.life() != Life.MARKING) {
      return;
    }
    // Used before, or terminating: nothing was created by this Start, nothing will be.
    if (draft.state.openStart() != null) {
      draft.end(draft.state.openStart(), "StartDomain", "Refused", "LauncherUsed", r.message());
    }
    draft.state = draft.state.withClosedEpoch(draft.state.epoch());
    draft.effects.add(new Effect.Look(r.session()));
  }

  void lost(long session) {
    if (!draft.isCurrent(session)) {
      return;
    }
    draft.state = draft.state.withLink(null);
    if (draft.state.mayRun()) {
      draft.domain(
          "unknown", "LauncherDisconnected", "The launcher's connection is closed.", false, null);
    }
  }

  void endStored() {
    Link link = draft.state.link();
    if (link != null && draft.state.life() == Life.ENDED) {
      draft.effects.add(new Effect.AcknowledgeEnd(link.session()));
    }
  }

  /** Whatever the event was: what has become possible, and is due, is done. */
  void proceed() {
    Link link = draft.state.link();
    if (link == null) {
      return;
    }
    NodeCommandData.StartDomain start = draft.state.start();
    if (start != null
        && link.isOf(start)
        && draft.state.life() == Life.UNBORN
        && draft.state.stop() == null
        && start.header().epoch() > draft.state.closedEpoch()
        && link.prepared()
        && !link.marked()) {
      draft.state = draft.state.withLife(Life.MARKING);
      draft.effects.add(new Effect.Mark(link.session()));
      return;
    }
    Stop stop = draft.state.stop();
    DomainView view = link.domain();
    if (stop != null && draft.state.life() == Life.LIVE && view != null && view.isAlive()) {
      new BringingDown(draft).bringDown(link, stop);
    }
  }
}
