package io.vireo.scheduler.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Wake-ups of one partition: one punctuator, and only while something is due at all. A clock that
 * jumps ahead makes everything due at once that it passed; one that goes back would keep everything
 * waiting for as long, so all wake-ups come due when that is noticed.
 */
final class Wakeups {

  /** What a clock may go back by without being taken for one that was set. */
  private static final long CLOCK_SLACK_MS = 1_000;

  private final ProcessorContext<?, ?> context;
  private final TaskOrigin origin;
  private final ObjLongConsumer<String> due;
  private final TreeMap<Long, TreeSet<String>> byTime = new TreeMap<>();
  private final Map<String, Long> byUid = new HashMap<>();
  private @Nullable Cancellable scheduled;
  private long scheduledForMs;
  private long lastReadMs;

  /**
   * @param due told the uid and the time that it was due
   */
  Wakeups(ProcessorContext<?, ?> context, TaskOrigin origin, ObjLongConsumer<String> due) {
    this.context = context;
    this.origin = origin;
    this.due = due;
  }

  /** Sets the wake-up of a VMI; 0 for none. */
  void set(String uid, long atMs) {
    Long before = byUid.remove(uid);
    if (before != null) {
      byTime.computeIfPresent(
          before,
          (time, uids) -> {
            uids.remove(uid);
            return uids.isEmpty() ? null : uids;
          });
    }
    if (atMs > 0) {
      byUid.put(uid, atMs);
      byTime.computeIfAbsent(atMs, time -> new TreeSet<>()).add(uid);
    }
    schedule();
  }

  /** Notes what the clock reads; to be called with each record, since timers wait for the clock. */
  void clockReads(long nowMs) {
    boolean wentBack = nowMs < lastReadMs - CLOCK_SLACK_MS;
    lastReadMs = nowMs;
    if (wentBack) {
      wake(new ArrayList<>(byTime.values()));
    }
  }

  private void schedule() {
    if (byTime.isEmpty()) {
      cancel();
      return;
    }
    long next = byTime.firstKey();
    if (scheduled != null && scheduledForMs == next) {
      return;
    }
    cancel();
    long delay = Math.max(1, next - origin.nowMs());
    scheduledForMs = next;
    scheduled =
        context.schedule(Duration.ofMillis(delay), PunctuationType.WALL_CLOCK_TIME, this::fire);
  }

  private void cancel() {
    if (scheduled != null) {
      scheduled.cancel();
      scheduled = null;
    }
  }

  private void fire(long timestamp) {
    cancel();
    long now = origin.nowMs();
    clockReads(now);
    wake(new ArrayList<>(byTime.headMap(now, true).values()));
    schedule();
  }

  private void wake(List<Set<String>> ready) {
    List<String> uids = ready.stream().flatMap(Set::stream).toList();
    for (String uid : uids) {
      Long at = byUid.get(uid);
      if (at != null) {
        set(uid, 0);
        due.accept(uid, at);
      }
    }
  }
}
