package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Attempt;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of what was tried without success within one decision, by kind of attempt: when
 * it may be tried again, each time later. Not thread-safe.
 */
public final class Attempts {

  private static final long FIRST_MS = 500;
  private static final long MAX_MS = 60_000;

  private final Map<String, Attempt> attempts;

  /** Goes on from what is known. */
  public Attempts(Map<String, Attempt> known) {
    this.attempts = new TreeMap<>(known);
  }

  /**
   * The next attempt waits, each time longer.
   *
   * @param why what went wrong; null if only the effect is not seen yet
   */
  public void failed(String key, @Nullable String why, long nowMs) {
    int count = attempts.getOrDefault(key, Attempt.NONE).count() + 1;
    long backoff = Math.min(MAX_MS, FIRST_MS << Math.min(count - 1, 16));
    attempts.put(key, new Attempt(count, nowMs + backoff, why));
  }

  /** The next attempt is the first again. */
  public void succeeded(String key) {
    attempts.remove(key);
  }

  void succeeded(Set<String> keys) {
    attempts.keySet().removeAll(keys);
  }

  /** When the next attempt is due; empty if it is. */
  public OptionalLong waitsUntil(String key, long nowMs) {
    Attempt attempt = attempts.get(key);
    // What is longer than any pause comes of a clock that was set back.
    return attempt == null
            || attempt.notBeforeMs() <= nowMs
            || attempt.notBeforeMs() - nowMs > MAX_MS
        ? OptionalLong.empty()
        : OptionalLong.of(attempt.notBeforeMs());
  }

  /** All of them, as they are now. */
  public Map<String, Attempt> all() {
    return Collections.unmodifiableMap(attempts);
  }
}
