package io.vireo.ingest;

import io.vireo.ingest.core.Input;
import io.vireo.ingest.kafka.Delivery;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition may be committed: to where it was taken, but never past an input that
 * still waits in memory, since a crash would lose it.
 */
final class Positions {

  private final Map<TopicPartition, Long> reached = new HashMap<>();
  private final Map<TopicPartition, Long> told = new HashMap<>();
  private final Map<TopicPartition, TreeMap<Long, Input>> waiting = new HashMap<>();

  /** All before this was taken. */
  void reached(Delivery.Position position) {
    reached.put(position.partition(), position.nextOffset());
  }

  /** This input was taken, but what follows from it waits. */
  void waits(Delivery.Position position, Input input) {
    waiting
        .computeIfAbsent(position.partition(), partition -> new TreeMap<>())
        .put(position.nextOffset() - 1, input);
  }

  /** What can be committed and was not told before. */
  Map<TopicPartition, Long> news(Predicate<Input> stillWaits) {
    waiting.values().removeIf(inputs -> noneWaits(inputs, stillWaits));
    Map<TopicPartition, Long> news = new HashMap<>();
    reached.forEach(
        (partition, next) -> {
          TreeMap<Long, Input> inputs = waiting.get(partition);
          long position = inputs == null ? next : Math.min(next, inputs.firstKey());
          Long before = told.put(partition, position);
          if (before == null || before != position) {
            news.put(partition, position);
          }
        });
    return news;
  }

  private static boolean noneWaits(Map<Long, Input> inputs, Predicate<Input> stillWaits) {
    inputs.values().removeIf(input -> !stillWaits.test(input));
    return inputs.isEmpty();
  }
}
