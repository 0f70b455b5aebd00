package io.vireo.node.core;

import java.util.List;

/**
 * The rules of one VM on this node. A command acts once, and only if it is higher than all before;
 * a domain is created at most once an epoch, and never after the epoch was closed. See {@link
 * #decide}; what follows from what is in {@code CommandRules}, {@code LauncherRules}, {@code
 * DomainRules}, {@code BringingDown}, {@code IoErrors} and {@code AgentRules}.
 */
public final class Lane {

  private Lane() {}

  /** What follows from one event: the state to store first, then the effects in order. */
  public record Decision(LaneState state, List<Effect> effects) {
    public Decision {
      effects = List.copyOf(effects);
    }
  }

  /** Decides; a function of its arguments. */
  public static Decision decide(LaneState state, LaneEvent event, long nowMs) {
    Draft draft = new Draft(state, nowMs);
    LauncherRules launcher = new LauncherRules(draft);
    take(draft, launcher, event);
    launcher.proceed();
    new BringingDown(draft).proceed();
    new IoErrors(draft).proceed();
    new AgentRules(draft).proceed();
    LaneState next =
        draft.state.durable().equals(state.durable()) ? draft.state : draft.state.changedAt(nowMs);
    return new Decision(next, draft.effects);
  }

  private static void take(Draft draft, LauncherRules launcher, LaneEvent event) {
    DomainRules domain = new DomainRules(draft, launcher);
    switch (event) {
      case LaneEvent.CommandCame came -> new CommandRules(draft).command(came);
      case LaneEvent.LauncherConnected c -> launcher.connected(c);
      case LaneEvent.LauncherPrepared p -> launcher.prepared(p.session());
      case LaneEvent.PreparationFailed f -> launcher.preparationFailed(f);
      case LaneEvent.LauncherMarked m -> launcher.marked(m.session());
      case LaneEvent.MarkRefused r -> launcher.markRefused(r);
      case LaneEvent.GuestEnded e -> launcher.guestEnded(e);
      case LaneEvent.LauncherLost l -> launcher.lost(l.session());
      case LaneEvent.DomainSeen s -> domain.seen(s.session(), s.view());
      case LaneEvent.AgentAsked a -> new AgentRules(draft).answered(a.session(), a.said());
      case LaneEvent.CreationFailed f -> domain.creationFailed(f);
      case LaneEvent.PodGone g -> launcher.podGone();
      case LaneEvent.EndStored s -> launcher.endStored(s.epoch());
      case LaneEvent.CommandEndStored s -> draft.state = draft.state.withTold(s.commandId());
      case LaneEvent.Restarted r -> launcher.restarted();
      case LaneEvent.Tick t -> {}
    }
  }
}
