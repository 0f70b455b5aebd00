package io.vireo.node.core;

import io.vireo.node.core.LaneState.CommandEnd;
import io.vireo.node.core.LaneState.Failure;
import io.vireo.node.core.LaneState.Life;

/** What follows from what a launcher says, and from its connection's end. */
final class LauncherRules {

  /** VIR_DOMAIN_SHUTOFF_FAILED: QEMU ended before the domain had started. */
  private static final String FAILED = "failed";

  private final Draft draft;

  LauncherRules(Draft draft) {
    this.draft = draft;
  }

  void connected(LaneEvent.LauncherConnected c) {
    Link before = draft.state.link();
    if (before != null && before.session() > c.session()) {
      return;
    }
    boolean fresh = c.state().equals("fresh");
    String pod = c.podNamespace() + "/" + c.podName();
    Link link =
        new Link(c.session(), c.epoch(), pod, false, !fresh, null, null, null, GuestAgent.NONE);
    if (isForeign(link)) {
      draft.effects.add(new Effect.Dismiss(c.session(), Draft.NEVER_STARTED));
      return;
    }
    if (c.epoch() < draft.state.heldEpoch()) {
      stray(link);
      return;
    }
    boolean later = c.epoch() > draft.state.heldEpoch();
    if (later && draft.state.mayRun()) {
      // Of two launchers the one whose domain may run is listened to.
      return;
    }
    boolean nothingHeld = draft.state.start() == null || draft.state.life() == Life.ENDED;
    if (later && nothingHeld && draft.state.stop() == null) {
      draft.state = draft.state.withHeld(c.epoch(), pod);
    }
    draft.state = draft.state.withLink(link);
    switch (c.state()) {
      case "ended" -> connectedEnded(c);
      case "marked" -> {
        if (draft.state.life() == Life.UNBORN && c.epoch() == draft.state.heldEpoch()) {
          // Marked for an executor that forgot it: a domain may have been created.
          draft.state = draft.state.withDoubt(true).withLife(Life.CREATING);
        }
      }
      default -> connectedFresh(c);
    }
  }

  /** Another namespace is another tenant; another pod of the same epoch is an impostor. */
  private boolean isForeign(Link link) {
    NodeCommandData.StartDomain start = draft.state.start();
    boolean otherNamespace = !link.pod().startsWith(draft.state.vm().namespace() + "/");
    return otherNamespace
        || (start != null && link.epoch() == start.header().epoch() && !link.isOf(start));
  }

  /** A launcher of an earlier epoch ends itself, unless its guest runs, which is then on record. */
  private void stray(Link link) {
    if (link.marked()) {
      draft.domain(
          link.epoch(), "unknown", "StrayLauncher", "A launcher of an earlier epoch dialled in.");
    }
    draft.effects.add(new Effect.Dismiss(link.session(), Draft.NEVER_STARTED));
  }

  private void connectedEnded(LaneEvent.LauncherConnected c) {
    if (c.epoch() != draft.state.heldEpoch()) {
      return;
    }
    if (draft.state.life() == Life.ENDED) {
      draft.reportEnd();
    } else {
      draft.ended(c.end());
    }
  }

  private void connectedFresh(LaneEvent.LauncherConnected c) {
    boolean held = c.epoch() == draft.state.heldEpoch();
    if (held && draft.state.life() == Life.UNBORN) {
      // It was not used, so nothing of its epoch ever ran, whatever was forgotten.
      draft.state = draft.state.withDoubt(false);
      if (draft.state.stop() != null) {
        draft.neverStarted(c.session());
        return;
      }
    }
    if (draft.state.mayRun()) {
      return;
    }
    if (draft.state.closedEpoch() >= c.epoch()) {
      draft.effects.add(new Effect.Dismiss(c.session(), Draft.NEVER_STARTED));
    } else {
      draft.domain(c.epoch(), "launcher-connected", null, null);
    }
  }

  void prepared(long session) {
    Link link = draft.state.link();
    if (link == null || link.session() != session) {
      return;
    }
    draft.state = draft.state.withLink(link.withPrepared());
    if (!draft.isHeld(session) || draft.state.life() == Life.ENDED) {
      return;
    }
    if (link.marked()) {
      draft.effects.add(new Effect.Look(session));
    } else if (draft.state.life() == Life.MARKING && !link.prepared()) {
      // The mark that was stored as intended never reached this launcher.
      if (mayMark()) {
        draft.effects.add(new Effect.Mark(session));
      } else {
        draft.neverStarted(session);
      }
    }
  }

  private boolean mayMark() {
    return draft.state.stop() == null && draft.state.heldEpoch() > draft.state.closedEpoch();
  }

  void preparationFailed(LaneEvent.PreparationFailed f) {
    Failure failure = new Failure(f.reason(), f.message());
    Link link = draft.state.link();
    if (draft.isHeld(f.session()) && draft.state.life() == Life.UNBORN) {
      fail(f.session(), failure);
    } else if (link != null
        && link.session() == f.session()
        && link.epoch() > draft.state.heldEpoch()) {
      // The Start that it waits for is still on its way, and will be told.
      draft.state = draft.state.withLink(link.withFailure(failure));
    }
  }

  private void fail(long session, Failure failure) {
    draft.state = draft.state.withFailure(failure).withClosedEpoch(draft.state.heldEpoch());
    draft.domain(draft.state.heldEpoch(), "preparing-failed", failure.reason(), failure.message());
    String open = draft.state.openStart();
    if (open != null) {
      draft.end(open, "StartDomain", "Failed", failure.reason(), failure.message());
    }
    draft.effects.add(new Effect.AcknowledgeEnd(session));
  }

  void marked(long session) {
    Link link = draft.state.link();
    NodeCommandData.StartDomain start = draft.state.start();
    if (link == null || !draft.isHeld(session) || start == null || !link.isOf(start)) {
      return;
    }
    draft.state = draft.state.withLink(link.withMarked());
    if (draft.state.life() == Life.MARKING) {
      draft.state = draft.state.withLife(Life.CREATING);
      createOrGiveUp(session);
    }
  }

  /** Nothing was created yet. It is now, if that is still wanted and was not done before. */
  void createOrGiveUp(long session) {
    NodeCommandData.StartDomain start = draft.state.start();
    Link link = draft.state.heldLink();
    if (mayMark() && !draft.state.doubted() && start != null && link != null && link.isOf(start)) {
      draft.effects.add(new Effect.Create(session, start.domain(), start.header().epoch()));
    } else {
      draft.neverStarted(session);
    }
  }

  void markRefused(LaneEvent.MarkRefused r) {
    if (!draft.isHeld(r.session()) || draft.state.life() != Life.MARKING) {
      return;
    }
    // Used before, or terminating: nothing was created by this Start, nothing will be.
    String open = draft.state.openStart();
    if (open != null) {
      draft.end(open, "StartDomain", "Refused", "LauncherUsed", r.message());
    }
    draft.state = draft.state.withClosedEpoch(draft.state.heldEpoch());
    draft.effects.add(new Effect.Look(r.session()));
  }

  void guestEnded(LaneEvent.GuestEnded e) {
    if (!draft.isHeld(e.session())) {
      return;
    }
    if (draft.state.life() == Life.CREATING && e.reason().equals(FAILED)) {
      // Why, only the call knows that creates it. It says so before libvirt is looked at, which is
      // for the case that there is no such call any more.
      draft.effects.add(new Effect.Look(e.session()));
      return;
    }
    draft.ended(e.reason());
  }

  void lost(long session) {
    if (!draft.isCurrent(session)) {
      return;
    }
    draft.state = draft.state.withLink(null);
    if (draft.state.mayRun()) {
      draft.domain(
          draft.state.heldEpoch(),
          "unknown",
          "LauncherDisconnected",
          "The launcher's connection is closed.");
    }
  }

  /** The pod and all that ran in it are gone; what comes later is a new pod. */
  void podGone() {
    if (draft.state.link() != null) {
      return;
    }
    switch (draft.state.life()) {
      case MARKING -> draft.ended(draft.state.doubted() ? Draft.UNKNOWN : Draft.NEVER_STARTED);
      case CREATING, LIVE -> draft.ended("launcher-died");
      case UNBORN -> {
        if (draft.state.stop() != null) {
          draft.ended(draft.state.doubted() ? Draft.UNKNOWN : Draft.NEVER_STARTED);
        }
        draft.state = draft.state.withDoubt(false);
      }
      case ENDED -> {}
    }
  }

  void endStored(long epoch) {
    if (draft.state.life() != Life.ENDED || draft.state.heldEpoch() != epoch) {
      return;
    }
    draft.state = draft.state.withEndTold();
    Link link = draft.state.heldLink();
    if (link != null) {
      draft.effects.add(new Effect.AcknowledgeEnd(link.session()));
    }
  }

  /** What Kafka may not hold is told again. */
  void restarted() {
    for (CommandEnd end : draft.state.untold()) {
      draft.report(end);
    }
    if (draft.state.endUntold()) {
      draft.reportEnd();
    }
  }

  /** Whatever the event was: a launcher that is ready for a Start that waits is marked. */
  void proceed() {
    NodeCommandData.StartDomain start = draft.state.start();
    Link link = draft.state.heldLink();
    if (start == null
        || link == null
        || !link.isOf(start)
        || draft.state.life() != Life.UNBORN
        || !mayMark()) {
      return;
    }
    Failure failure = link.failure();
    if (failure != null) {
      fail(link.session(), failure);
    } else if (link.prepared() && !link.marked()) {
      draft.state = draft.state.withLife(Life.MARKING);
      draft.effects.add(new Effect.Mark(link.session()));
    }
  }
}
