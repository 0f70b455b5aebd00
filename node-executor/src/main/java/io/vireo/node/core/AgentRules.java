package io.vireo.node.core;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Life;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The agent in a guest: asked soon after it connected, when the guest's network may still be on its
 * way, and then now and then, since it tells nothing by itself. Only what has changed is reported,
 * and that not often, whatever the guest does: it may connect, disconnect and lie as it likes.
 */
final class AgentRules {

  static final long ASK_FIRST_MS = 2_000;
  static final long ASK_MAX_MS = 30_000;

  /** From one report of the agent to the next at least. */
  static final long TELL_MS = 10_000;

  private final Draft draft;

  AgentRules(Draft draft) {
    this.draft = draft;
  }

  /**
   * It was asked.
   *
   * @param said null if it did not answer
   */
  void answered(long session, @Nullable AgentView said) {
    Link link = draft.state.link();
    if (link == null || !draft.isHeld(session)) {
      return;
    }
    GuestAgent agent = link.agent();
    AgentView kept = Objects.requireNonNullElse(agent.heard(), AgentView.SILENT);
    AgentView heard = said == null ? kept : said;
    keep(link, agent.withAnswer(heard, draft.nowMs + pause(agent.asked())));
  }

  private static long pause(int asked) {
    return Math.min(ASK_FIRST_MS << Math.min(asked, 10), ASK_MAX_MS);
  }

  void proceed() {
    Link link = draft.state.heldLink();
    if (link == null) {
      return;
    }
    DomainView domain = link.domain();
    boolean alive = draft.state.life() == Life.LIVE && domain != null && domain.isAlive();
    if (domain == null || !alive) {
      keep(link, link.agent().withDisconnected());
      return;
    }
    GuestAgent agent =
        domain.agentConnected() ? asked(link, domain) : link.agent().withDisconnected();
    // What it said last stands until it has answered again, or it is clear that it is away.
    AgentView wanted =
        !domain.agentConnected() ? null : agent.heard() != null ? agent.heard() : agent.told();
    boolean news = !Objects.equals(wanted, agent.told());
    if (news && isPast(agent.toldAtMs() + TELL_MS, TELL_MS)) {
      agent = agent.withTold(wanted, draft.nowMs);
      keep(link, agent);
      draft.domain(domain);
      news = false;
    }
    keep(link, woken(agent, domain, news));
  }

  private GuestAgent asked(Link link, DomainView domain) {
    GuestAgent agent = link.agent();
    if (!mayAsk(agent, domain) || !isPast(agent.askAtMs(), ASK_MAX_MS)) {
      return agent;
    }
    draft.effects.add(new Effect.AskAgent(link.session()));
    return agent.withAsked();
  }

  /** A guest that stands still does not answer, and one that is to end need not. */
  private boolean mayAsk(GuestAgent agent, DomainView domain) {
    return domain.agentConnected()
        && !agent.asking()
        && domain.state().equals("running")
        && draft.state.stop() == null;
  }

  /** A time that is further away than any pause is one of a clock that was set back. */
  private boolean isPast(long ms, long pauseMaxMs) {
    return draft.nowMs >= ms || ms - draft.nowMs > pauseMaxMs;
  }

  /** One wake-up at a time: each event asks for none of its own. */
  private GuestAgent woken(GuestAgent agent, DomainView domain, boolean news) {
    long askAt = mayAsk(agent, domain) ? agent.askAtMs() : Long.MAX_VALUE;
    long tellAt = news ? agent.toldAtMs() + TELL_MS : Long.MAX_VALUE;
    long due = Math.min(askAt, tellAt);
    boolean asleep = isPast(agent.wakeAtMs(), ASK_MAX_MS);
    if (due == Long.MAX_VALUE || (!asleep && agent.wakeAtMs() <= due)) {
      return agent;
    }
    draft.effects.add(new Effect.WakeAt(due));
    return agent.withWakeAt(due);
  }

  private void keep(Link link, GuestAgent agent) {
    draft.state = draft.state.withLink(link.withAgent(agent));
  }
}
