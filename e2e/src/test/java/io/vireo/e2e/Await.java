package io.vireo.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waits for a fact, and says what was seen instead when it does not come. */
final class Await {

  private static final Duration POLL = Duration.ofMillis(100);

  private Await() {}

  /** The first value that holds. */
  static <T> T until(String what, Duration max, Callable<T> value, Predicate<T> holds)
      throws Exception {
    long deadline = System.nanoTime() + max.toNanos();
    while (true) {
      T seen = value.call();
      if (holds.test(seen)) {
        return seen;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "Expected " + what + " within " + max.toSeconds() + " s, but saw: " + seen);
      }
      Thread.sleep(POLL);
    }
  }
}
