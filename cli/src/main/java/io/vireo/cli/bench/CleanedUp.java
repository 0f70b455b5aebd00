package io.vireo.cli.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work on a stack that leaves nothing behind there, whether it ends well, fails or is cut off. */
public final class CleanedUp {

  private static final int CLEAN_UP_MAX_SECONDS = 20;

  private CleanedUp() {}

  /**
   * Does it.
   *
   * @param cleanUp done after the work in any case, also when Ctrl-C ends the process
   */
  public static <T> T run(Callable<T> work, Runnable cleanUp) throws Exception {
    Thread worker = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interrupt(worker, ended), "clean-up-on-exit"));
    try {
      return work.call();
    } finally {
      // The client does nothing for a thread that is interrupted.
      boolean interrupted = Thread.interrupted();
      cleanUp.run();
      ended.countDown();
      if (interrupted) {
        worker.interrupt();
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
