package io.vireo.node.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reports that wait to be sent or acknowledged. Those of one key are sent one after another, so a
 * send that fails is made again before what follows it. Thread-safe.
 */
final class ReportQueue {

  /** A report on its way. */
  record Waiting(ProducerRecord<String, byte[]> record, CompletableFuture<Void> stored) {}

  private final Map<String, Deque<Waiting>> byKey = new HashMap<>();
  private final Set<String> ready = new LinkedHashSet<>();
  private final Set<String> failed = new LinkedHashSet<>();
  private final int max;
  private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
  private int size;

  /**
   * @param max from how many reports on it is full
   */
  ReportQueue(int max) {
    this.max = max;
  }

  synchronized CompletableFuture<Void> add(ProducerRecord<String, byte[]> record) {
    Waiting waiting = new Waiting(record, new CompletableFuture<>());
    Deque<Waiting> same = byKey.computeIfAbsent(record.key(), k -> new ArrayDeque<>());
    same.add(waiting);
    if (same.size() == 1) {
      ready.add(record.key());
      notifyAll();
    }
    size++;
    if (size == max) {
      room = new CompletableFuture<>();
    }
    return waiting.stored();
  }

  synchronized int size() {
    return size;
  }

  synchronized boolean isFull() {
    return size >= max;
  }

  synchronized CompletableFuture<Void> room() {
    return room;
  }

  /** Waits until there is something to send; what failed before is tried again now. */
  @SuppressWarnings("WaitNotInLoop") // Waking too early costs a look at an empty queue.
  synchronized void await(Duration wait) throws InterruptedException {
    ready.addAll(failed);
    failed.clear();
    if (ready.isEmpty() && wait.isPositive()) {
      wait(Math.max(1, wait.toMillis()));
    }
  }

  /** The next to send; it is in flight from now on. */
  synchronized @Nullable Waiting next() {
    if (ready.isEmpty()) {
      return null;
    }
    String key = ready.iterator().next();
    ready.remove(key);
    Deque<Waiting> same = byKey.get(key);
    return same == null ? null : same.peek();
  }

  /** It needs no more sending. */
  synchronized void done(Waiting waiting) {
    String key = waiting.record().key();
    Deque<Waiting> same = byKey.get(key);
    if (same == null || !waiting.equals(same.peek())) {
      return;
    }
    same.remove();
    size--;
    if (same.isEmpty()) {
      byKey.remove(key);
    } else {
      ready.add(key);
      notifyAll();
    }
    if (size == max - 1) {
      room.complete(null);
    }
  }

  /** It is to be sent again, before all that has the same key, at the next {@link #await}. */
  synchronized void again(Waiting waiting) {
    failed.add(waiting.record().key());
  }
}
