package io.vireo.scheduler.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** Wake-ups of one partition: one punctuator, and only while something is due at all. */
final class Wakeups {

  private final ProcessorContext<?, ?> context;
  private final ObjLongConsumer<String> due;
  private final TreeMap<Long, TreeSet<String>> byTime = new TreeMap<>();
  private final Map<String, Long> byUid = new HashMap<>();
  private @Nullable Cancellable scheduled;
  private long scheduledForMs;

  /**
   * @param due told the uid and the time that it was due
   */
  Wakeups(ProcessorContext<?, ?> context, ObjLongConsumer<String> due) {
    this.context = context;
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
    long delay = Math.max(1, next - context.currentSystemTimeMs());
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
    long now = context.currentSystemTimeMs();
    List<Map.Entry<String, Long>> ready = new ArrayList<>();
    byTime
        .headMap(now, true)
        .forEach((time, uids) -> uids.forEach(uid -> ready.add(Map.entry(uid, time))));
    for (Map.Entry<String, Long> entry : ready) {
      set(entry.getKey(), 0);
      due.accept(entry.getKey(), entry.getValue());
    }
    schedule();
  }
}
