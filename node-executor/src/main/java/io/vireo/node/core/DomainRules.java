package io.vireo.node.core;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Life;
import org.jspecify.annotations.Nullable;

/** What follows from libvirt's word about the domain. */
final class DomainRules {

  private static final long LOOK_AGAIN_MS = 5000;

  private final Draft draft;
  private final LauncherRules launcher;

  DomainRules(Draft draft, LauncherRules launcher) {
    this.draft = draft;
    this.launcher = launcher;
  }

  void seen(long session, DomainView view) {
    Link link = draft.state.link();
    if (link == null || !draft.isHeld(session) || draft.state.life() == Life.ENDED) {
      return;
    }
    IoErrors errors = new IoErrors(draft);
    if (errors.mayPauseAgain(link, view)) {
      return;
    }
    DomainView before = link.domain();
    draft.state = draft.state.withLink(link.withDomain(view));
    if (IoErrors.isPaused(view)) {
      errors.paused(link.withDomain(view));
    }
    if (view.isAlive()) {
      alive(before, view);
      return;
    }
    Life life = draft.state.life();
    boolean wasThere = view.state().equals("shutoff");
    if (wasThere && life != Life.MARKING && !view.reason().equals("unknown")) {
      draft.ended(view.reason());
    } else if (life == Life.CREATING && wasThere) {
      definedButOff(session, before);
    } else if (life == Life.CREATING && before == null) {
      // Created was never reached: a restart came between the mark and the domain.
      launcher.createOrGiveUp(session);
    } else if (life == Life.MARKING && link.marked()) {
      launcher.marked(session);
    } else if (life == Life.MARKING && draft.state.closedEpoch() >= draft.state.heldEpoch()) {
      // The mark was refused, and a domain is created only after the mark.
      draft.neverStarted(session);
    }
  }

  private void alive(@Nullable DomainView before, DomainView view) {
    draft.state = draft.state.withLife(Life.LIVE).withDoubt(false);
    if (view.differsFrom(before)) {
      draft.domain(view);
    }
    String open = draft.state.openStart();
    if (open != null) {
      draft.end(open, "StartDomain", "Done", null, null);
    }
  }

  /**
   * Defined, not active, and libvirt does not know why: it was never started, or it has just ended
   * and the launcher, which watches QEMU itself, is about to say so. It gets the time to.
   */
  private void definedButOff(long session, @Nullable DomainView before) {
    if (before == null || !before.state().equals("shutoff")) {
      draft.effects.add(new Effect.LookLater(session, draft.nowMs + LOOK_AGAIN_MS));
    } else {
      launcher.createOrGiveUp(session);
    }
  }

  void creationFailed(LaneEvent.CreationFailed f) {
    if (!draft.isHeld(f.session()) || draft.state.life() != Life.CREATING) {
      return;
    }
    String open = draft.state.openStart();
    if (open != null) {
      StartFailure failure = StartFailure.of(f.message());
      draft.end(open, "StartDomain", "Failed", failure.reason(), failure.message());
    }
    draft.ended("failed-to-start");
    draft.effects.add(new Effect.Dismiss(f.session(), "failed-to-start"));
  }
}
