package io.vireo.node.core;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Life;
import io.vireo.node.core.LaneState.Link;
import java.util.Objects;
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
    boolean over =
        draft.state.life() == Life.ENDED
            && link != null
            && draft.state.closedEpoch() >= link.epoch();
    if (link == null || link.session() != session || over) {
      return;
    }
    DomainView before = link.domain();
    draft.state = draft.state.withLink(link.withDomain(view));
    if (view.isAlive()) {
      draft.state = draft.state.withLife(Life.LIVE);
      if (!view.equals(before)) {
        draft.domain(view.state(), view.reason(), null, false, view);
      }
      if (draft.state.openStart() != null) {
        draft.end(draft.state.openStart(), "StartDomain", "Done", null, null);
      }
      return;
    }
    boolean wasThere = view.state().equals("shutoff");
    if (wasThere && draft.state.life() != Life.MARKING && !view.reason().equals("unknown")) {
      draft.ended(view.reason());
    } else if (draft.state.life() == Life.CREATING && wasThere) {
      definedButOff(session, before);
    } else if (draft.state.life() == Life.CREATING && before == null && !wasThere) {
      // Created was never reached: a restart came between the mark and the domain.
      if (draft.state.stop() == null) {
        NodeCommandData.StartDomain start = Objects.requireNonNull(draft.state.start());
        draft.effects.add(new Effect.Create(session, start.domain(), start.header().epoch()));
      } else {
        draft.ended(Draft.NEVER_STARTED);
        draft.effects.add(new Effect.Dismiss(session, Draft.NEVER_STARTED));
      }
    } else if (draft.state.life() == Life.MARKING && link.marked()) {
      launcher.marked(session);
    }
  }

  /**
   * Defined, not active, and libvirt does not know why: it was never started, or it has just ended
   * and the launcher, which watches QEMU itself, is about to say so. It gets the time to.
   */
  private void definedButOff(long session, @Nullable DomainView before) {
    NodeCommandData.StartDomain start = draft.state.start();
    if (before == null || !before.state().equals("shutoff")) {
      draft.effects.add(new Effect.LookLater(session, draft.nowMs + LOOK_AGAIN_MS));
    } else if (draft.state.stop() != null || start == null) {
      draft.ended(Draft.NEVER_STARTED);
      draft.effects.add(new Effect.Dismiss(session, Draft.NEVER_STARTED));
    } else {
      draft.effects.add(new Effect.Create(session, start.domain(), start.header().epoch()));
    }
  }

  void creationFailed(LaneEvent.CreationFailed f) {
    if (!draft.isCurrent(f.session()) || draft.state.life() != Life.CREATING) {
      return;
    }
    if (draft.state.openStart() != null) {
      draft.end(draft.state.openStart(), "StartDomain", "Failed", "SyncFailed", f.message());
    }
    draft.state = draft.state.withClosedEpoch(draft.state.epoch());
    draft.ended("failed-to-start");
    draft.effects.add(new Effect.Dismiss(f.session(), "failed-to-start"));
  }
}
