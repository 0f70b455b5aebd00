package io.vireo.cli.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Work on a stack that leaves nothing behind there, whether it ends well, fails or is cut off. What
 * it makes it registers, before making it. Confined to one thread.
 */
public final class CleanedUp {

  private static final int CLEAN_UP_MAX_SECONDS = 20;

  private final Deque<Runnable> removals = new ArrayDeque<>();

  private CleanedUp() {}

  /** Work that says what is to be removed after it. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it. */
    T run(CleanedUp after) throws Exception;
  }

  /** Done after the work in any case, before what was registered earlier. */
  public void remove(Runnable removal) {
    removals.push(removal);
  }

  /**
   * Does it.
   *
   * @param cleanUp done after the work in any case, also when Ctrl-C ends the process
   */
  static <T> T run(Callable<T> work, Runnable cleanUp) throws Exception {
    return run(
        after -> {
          after.remove(cleanUp);
          return work.call();
        });
  }

  /** Does it, and then what it registered, also when Ctrl-C ends the process. */
  public static <T> T run(Work<T> work) throws Exception {
    Thread worker = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interrupt(worker, ended), "clean-up-on-exit"));
    CleanedUp after = new CleanedUp();
    try {
      return work.run(after);
    } finally {
      // The client does nothing for a thread that is interrupted.
      boolean interrupted = Thread.interrupted();
      try {
        after.removeAll();
      } finally {
        ended.countDown();
        if (interrupted) {
          worker.interrupt();
        }
      }
    }
  }

  private void removeAll() {
    Runnable next = removals.poll();
    if (next != null) {
      try {
        next.run();
      } finally {
        removeAll();
      }
    }
  }

  /** Ctrl-C: what was made is removed first. */
  private static void interrupt(Thread worker, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return;
    }
    worker.interrupt();
    try {
      ended.await(CLEAN_UP_MAX_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
