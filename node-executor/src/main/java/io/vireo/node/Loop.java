package io.vireo.node;

/**
 * One thread on which everything about this node is decided, one piece of work after another. In a
 * simulation it is a queue.
 */
public interface Loop {

  /** Does this after what was handed in before. Any thread may call; returns at once. */
  void execute(Runnable work);

  /** Does this on the loop once the delay has passed. Any thread may call; returns at once. */
  void schedule(Runnable work, long delayMs);
}
