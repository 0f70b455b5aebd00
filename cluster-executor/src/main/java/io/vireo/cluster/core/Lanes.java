package io.vireo.cluster.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Items of one key run one after another in the order they came; keys run in parallel, each on a
 * virtual thread that lives while its lane has items. Thread-safe.
 */
public final class Lanes<T> implements AutoCloseable {

  /** What is done with an item. */
  @FunctionalInterface
  public interface Work<T> {

    /**
     * Does it; the next item of the lane waits until this returns.
     *
     * @param behind what waits behind it now
     */
    void run(T item, Supplier<List<T>> behind) throws InterruptedException;
  }

  private static final class Lane<T> {
    private final Deque<T> waiting = new ArrayDeque<>();
    private @Nullable T running;
    private @Nullable Thread thread;
  }

  private final Work<T> work;
  private final Map<String, Lane<T>> lanes = new HashMap<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private int size;
  private boolean closed;

  /** Lanes for this work. It must not throw: an exception stops its lane for good. */
  public Lanes(Work<T> work) {
    this.work = work;
  }

  /** Puts an item at the end of its lane. */
  public synchronized void put(String key, T item) {
    if (closed) {
      return;
    }
    Lane<T> lane = lanes.computeIfAbsent(key, each -> new Lane<>());
    lane.waiting.add(item);
    size++;
    if (lane.thread == null) {
      lane.thread = Thread.ofVirtual().name("lane-" + key).start(() -> run(key, lane));
    }
  }

  private void run(String key, Lane<T> lane) {
    T item = next(key, lane);
    while (item != null) {
      try {
        work.run(item, () -> behind(lane));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        // Closing: what was not finished is read again by whoever comes next.
        return;
      } catch (RuntimeException e) {
        failure.complete(e);
        return;
      } finally {
        finished(lane);
      }
      item = next(key, lane);
    }
  }

  private synchronized void finished(Lane<T> lane) {
    if (lane.running != null) {
      lane.running = null;
      size--;
      notifyAll();
    }
  }

  private synchronized @Nullable T next(String key, Lane<T> lane) {
    T item = closed ? null : lane.waiting.poll();
    lane.running = item;
    if (item == null) {
      lanes.remove(key);
      lane.thread = null;
    }
    return item;
  }

  private synchronized List<T> behind(Lane<T> lane) {
    return new ArrayList<>(lane.waiting);
  }

  /** Completes when the work of some lane threw, which leaves that lane standing. */
  public CompletableFuture<Throwable> failure() {
    return failure;
  }

  /** Items that wait or run. */
  public synchronized int size() {
    return size;
  }

  /** Lanes that have items. */
  public synchronized int lanes() {
    return lanes.size();
  }

  /**
   * Drops waiting items and waits for running ones.
   *
   * @return whether none of them runs any more
   */
  public synchronized boolean drop(Predicate<T> which, long waitMs) throws InterruptedException {
    for (Lane<T> lane : lanes.values()) {
      int before = lane.waiting.size();
      lane.waiting.removeIf(which);
      size -= before - lane.waiting.size();
    }
    long deadline = System.nanoTime() + waitMs * 1_000_000;
    while (lanes.values().stream()
        .anyMatch(lane -> lane.running != null && which.test(lane.running))) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Drops what waits and interrupts what runs. Idempotent. */
  @Override
  public void close() {
    List<Thread> threads = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (Lane<T> lane : lanes.values()) {
        size -= lane.waiting.size();
        lane.waiting.clear();
        if (lane.thread != null) {
          threads.add(lane.thread);
        }
      }
    }
    threads.forEach(Thread::interrupt);
  }
}
