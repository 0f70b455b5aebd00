package io.vireo.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done for one session, one piece after another; a piece that waits for its next
 * attempt holds no thread, and holds back what comes after it. Thread-safe.
 */
final class SessionQueue {

  private static final Logger log = LoggerFactory.getLogger(SessionQueue.class);
  private static final int QUEUE_MAX = 64;

  /** A piece of work; it says when it is done, in this call or later. */
  @FunctionalInterface
  interface Work {
    void begin(Runnable done);
  }

  private final String vm;
  private final Workers.Worker worker;
  private final Deque<Work> waiting = new ArrayDeque<>();
  private boolean busy;
  private boolean lookWaits;

  SessionQueue(String vm, Workers.Worker worker) {
    this.vm = vm;
    this.worker = worker;
  }

  void submit(Work work) {
    if (add(work)) {
      proceed();
    }
  }

  private synchronized boolean add(Work work) {
    if (waiting.size() >= QUEUE_MAX) {
      log.atWarn().addKeyValue("vm", vm).log("Too much is waiting for this VM");
      return false;
    }
    return waiting.add(work);
  }

  /** One look that has not begun answers for all that were asked for meanwhile. */
  void submitLook(Work look) {
    synchronized (this) {
      if (lookWaits) {
        return;
      }
      lookWaits = add(done -> lookNow(look, done));
    }
    proceed();
  }

  private void lookNow(Work look, Runnable done) {
    synchronized (this) {
      lookWaits = false;
    }
    look.begin(done);
  }

  /** Goes on with the piece that is being done. */
  void resume(Runnable attempt, Runnable done) {
    worker.execute(() -> guarded(attempt, done));
  }

  /** Does this last. */
  void close(Runnable last) {
    synchronized (this) {
      waiting.clear();
      waiting.add(
          done -> {
            last.run();
            worker.close();
          });
    }
    proceed();
  }

  private void proceed() {
    Work next;
    synchronized (this) {
      if (busy || waiting.isEmpty()) {
        return;
      }
      busy = true;
      next = waiting.remove();
    }
    AtomicBoolean ended = new AtomicBoolean();
    Runnable done =
        () -> {
          if (ended.compareAndSet(false, true)) {
            done();
          }
        };
    worker.execute(() -> guarded(() -> next.begin(done), done));
  }

  /** What fails without an answer must not hold back what comes after it. */
  private void guarded(Runnable work, Runnable done) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("vm", vm).log("An effect was not carried out");
      done.run();
    }
  }

  private void done() {
    synchronized (this) {
      busy = false;
    }
    proceed();
  }
}
