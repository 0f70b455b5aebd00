package io.vireo.cli.torture;

import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Waits for facts. Whoever is asked may be dead or on its way back, so a failure to answer is an
 * answer like another, until the time is over.
 */
final class Patience {

  private static final Duration LOOK = Duration.ofMillis(100);

  private Patience() {}

  /**
   * Returns when it holds.
   *
   * @param seen says for people what there is instead
   */
  static void await(String what, Duration max, Callable<Boolean> holds, Callable<String> seen)
      throws Broken, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (!holds(holds)) {
      if (System.nanoTime() > deadline) {
        throw new Broken(
            "Expected " + what + " within " + max.toSeconds() + " s, but saw: " + text(seen));
      }
      Thread.sleep(LOOK);
    }
  }

  /** Whether it came to hold within this time. */
  static boolean holdsWithin(Duration max, Callable<Boolean> holds) throws InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (!holds(holds)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(LOOK);
    }
    return true;
  }

  private static boolean holds(Callable<Boolean> fact) throws InterruptedException {
    try {
      return fact.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      return false;
    }
  }

  private static String text(Callable<String> seen) throws InterruptedException {
    try {
      return seen.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      return "no answer: " + e.getMessage();
    }
  }
}
