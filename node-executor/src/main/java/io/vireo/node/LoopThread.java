package io.vireo.node;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop as a thread. */
@SuppressWarnings("FutureReturnValueIgnored") // What a piece of work throws is logged by itself.
final class LoopThread implements Loop, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LoopThread.class);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, work -> new Thread(work, "node-loop"));

  LoopThread() {
    thread.setRemoveOnCancelPolicy(true);
  }

  int queueDepth() {
    return thread.getQueue().size();
  }

  @Override
  public void execute(Runnable work) {
    schedule(work, 0);
  }

  @Override
  public void schedule(Runnable work, long delayMs) {
    try {
      thread.schedule(() -> guarded(work), delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.atDebug().log("The executor is closing");
    }
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("Work on the loop failed");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
