package io.vireo.simulator.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/** Work that a process does one piece after another, in order, each a little later. */
public final class Fifo {

  private final SimProcess process;
  private final long highMs;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean due;

  /**
   * An empty queue of a process.
   *
   * @param highMs the longest time until the next piece is done
   */
  public Fifo(SimProcess process, long highMs) {
    this.process = process;
    this.highMs = highMs;
  }

  /** Does this after what was handed in before. */
  public void execute(Runnable work) {
    waiting.add(work);
    next();
  }

  /** Hands this in after a time. */
  public void schedule(Runnable work, long delayMs) {
    process.within(delayMs, delayMs, () -> execute(work));
  }

  private void next() {
    if (!due && !waiting.isEmpty()) {
      due = true;
      process.within(
          0,
          highMs,
          () -> {
            due = false;
            Runnable work = waiting.poll();
            try {
              if (work != null) {
                work.run();
              }
            } finally {
              next();
            }
          });
    }
  }
}
