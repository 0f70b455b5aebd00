package io.vireo.node.core;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the agent in a guest, and how it is asked.
 *
 * @param heard its last answer since it connected; null before the first
 * @param asked how often it was asked since it connected
 * @param asking an answer is to come
 * @param askAtMs when it is asked next
 * @param told what is on record of it; null for no agent
 * @param toldAtMs when that was changed last; 0 for never
 * @param wakeAtMs for when a wake-up was asked last
 */
public record GuestAgent(
    @Nullable AgentView heard,
    int asked,
    boolean asking,
    long askAtMs,
    @Nullable AgentView told,
    long toldAtMs,
    long wakeAtMs) {

  static final GuestAgent NONE = new GuestAgent(null, 0, false, 0, null, 0, 0);

  GuestAgent withAsked() {
    return new GuestAgent(heard, asked + 1, true, askAtMs, told, toldAtMs, wakeAtMs);
  }

  GuestAgent withAnswer(AgentView answer, long nextAskAtMs) {
    return new GuestAgent(answer, asked, false, nextAskAtMs, told, toldAtMs, wakeAtMs);
  }

  /** What was asked before may still be answered. */
  GuestAgent withDisconnected() {
    return new GuestAgent(null, 0, asking, 0, told, toldAtMs, wakeAtMs);
  }

  GuestAgent withTold(@Nullable AgentView view, long nowMs) {
    return new GuestAgent(heard, asked, asking, askAtMs, view, nowMs, wakeAtMs);
  }

  GuestAgent withWakeAt(long ms) {
    return new GuestAgent(heard, asked, asking, askAtMs, told, toldAtMs, ms);
  }
}
