package io.vireo.cluster.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Items of one key are worked on one after another in the order they came; keys go in parallel. A
 * lane holds no thread: its next item begins where the work of the one before completes.
 * Thread-safe.
 */
public final class Lanes<T> implements AutoCloseable {

  /** What is done with an item. */
  @FunctionalInterface
  public interface Work<T> {

    /**
     * Begins it; the next item of the lane waits until the future completes.
     *
     * @param behind what waits behind it now
     */
    CompletableFuture<?> run(T item, Supplier<List<T>> behind);
  }

  private static final class Lane<T> {
    private final Deque<T> waiting = new ArrayDeque<>();
    private @Nullable T running;
    private CompletableFuture<Void> ended = new CompletableFuture<>();
  }

  private final Work<T> work;
  private final Executor starter;
  private final Map<String, Lane<T>> lanes = new HashMap<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private int size;
  private boolean closed;

  /**
   * Lanes for this work. It must neither throw nor complete exceptionally: that stops its lane for
   * good.
   *
   * @param starter begins the first item of a lane
   */
  public Lanes(Work<T> work, Executor starter) {
    this.work = work;
    this.starter = starter;
  }

  /** Puts an item at the end of its lane. */
  public void put(String key, T item) {
    Lane<T> begun = null;
    synchronized (this) {
      if (closed) {
        return;
      }
      Lane<T> lane = lanes.get(key);
      if (lane == null) {
        lane = new Lane<>();
        lanes.put(key, lane);
        begun = lane;
      }
      lane.waiting.add(item);
      size++;
    }
    if (begun != null) {
      Lane<T> lane = begun;
      starter.execute(() -> Rounds.go(() -> round(key, lane)));
    }
  }

  private @Nullable CompletableFuture<?> round(String key, Lane<T> lane) {
    T item = next(key, lane);
    if (item == null) {
      return null;
    }
    CompletableFuture<?> done;
    try {
      done = work.run(item, () -> behind(lane));
    } catch (RuntimeException e) {
      done = CompletableFuture.failedFuture(e);
    }
    return done.handle(
        (result, problem) -> {
          finished(lane, problem);
          return null;
        });
  }

  private void finished(Lane<T> lane, @Nullable Throwable problem) {
    CompletableFuture<Void> ended;
    boolean fails;
    synchronized (this) {
      // What ends after closing finds the clients closed.
      fails = problem != null && !closed;
      lane.running = null;
      size--;
      ended = lane.ended;
      lane.ended = new CompletableFuture<>();
    }
    if (fails) {
      failure.complete(problem);
    }
    ended.complete(null);
  }

  private synchronized @Nullable T next(String key, Lane<T> lane) {
    if (failure.isDone()) {
      // The process is about to end; what follows in a lane may rely on what failed.
      return null;
    }
    T item = closed ? null : lane.waiting.poll();
    lane.running = item;
    if (item == null) {
      lanes.remove(key);
    }
    return item;
  }

  private synchronized List<T> behind(Lane<T> lane) {
    return new ArrayList<>(lane.waiting);
  }

  /** Completes when the work of some lane failed, after which no lane begins anything. */
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
   * Drops waiting items.
   *
   * @return completes when none of those that run now runs any more
   */
  public synchronized CompletableFuture<?> drop(Predicate<T> which) {
    List<CompletableFuture<?>> running = new ArrayList<>();
    for (Lane<T> lane : lanes.values()) {
      int before = lane.waiting.size();
      lane.waiting.removeIf(which);
      size -= before - lane.waiting.size();
      if (lane.running != null && which.test(lane.running)) {
        running.add(lane.ended);
      }
    }
    return CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new));
  }

  /** Drops what waits and begins nothing any more. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    for (Lane<T> lane : lanes.values()) {
      size -= lane.waiting.size();
      lane.waiting.clear();
    }
  }
}
