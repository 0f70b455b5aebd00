package io.vireo.node.core;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Failure;
import io.vireo.node.core.LaneState.Life;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a full snapshot of the node says of one VM. */
public final class Holding {

  private Holding() {}

  /**
   * The state of the VM as this executor knows it now; empty if nothing of it is here. A VM that is
   * held and not seen is unknown, in every snapshot until it is seen.
   */
  public static Optional<Effect.ReportDomain> of(LaneState state) {
    Link link = state.link();
    Failure failure = state.failure();
    if (state.life() == Life.ENDED) {
      if (link != null && link.epoch() > state.closedEpoch()) {
        return Optional.of(report(link.epoch(), "launcher-connected", null, null, null, null));
      }
      return state.endUntold() ? Optional.of(ended(state)) : Optional.empty();
    }
    if (state.life() == Life.UNBORN && failure != null) {
      return Optional.of(
          report(
              state.heldEpoch(),
              "preparing-failed",
              failure.reason(),
              failure.message(),
              null,
              null));
    }
    if (state.life() == Life.UNBORN && link != null) {
      return Optional.of(report(link.epoch(), "launcher-connected", null, null, null, null));
    }
    DomainView view = link == null ? null : link.domain();
    if (link != null && view != null && view.isAlive()) {
      return Optional.of(
          report(state.heldEpoch(), view.state(), view.reason(), null, view, link.agent().told()));
    }
    if (state.mayRun() && link != null && state.life() != Life.LIVE && !state.doubted()) {
      return Optional.of(report(state.heldEpoch(), "launcher-connected", null, null, null, null));
    }
    return state.keepsName() ? Optional.of(unseen(state, link)) : Optional.empty();
  }

  private static Effect.ReportDomain unseen(LaneState state, @Nullable Link link) {
    return link == null
        ? report(
            state.heldEpoch(),
            "unknown",
            "NotDialledIn",
            "The launcher has not dialled in to this executor.",
            null,
            null)
        : report(
            state.heldEpoch(),
            "unknown",
            "NotSeen",
            "The launcher is connected; its libvirt has not answered yet.",
            null,
            null);
  }

  private static Effect.ReportDomain ended(LaneState state) {
    return new Effect.ReportDomain(state.heldEpoch(), "ended", state.end(), null, true);
  }

  private static Effect.ReportDomain report(
      long epoch,
      String word,
      @Nullable String reason,
      @Nullable String message,
      @Nullable DomainView view,
      @Nullable AgentView agent) {
    return new Effect.ReportDomain(
        epoch,
        word,
        reason,
        message,
        false,
        view == null ? List.of() : view.nics(),
        view == null ? null : view.machine(),
        agent,
        view == null ? List.of() : view.sizes());
  }
}
