package io.vireo.ingest.kafka;

import io.vireo.ingest.core.Input;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One piece of news on its way to the loop.
 *
 * @param input what it says; null when a record was read that says nothing
 * @param position where to read on once it is done; null when nobody counts positions
 */
public record Delivery(@Nullable Input input, @Nullable Position position) {

  /** News from Kubernetes. */
  public static Delivery of(Input input) {
    return new Delivery(input, null);
  }

  /** A place in a topic. */
  public record Position(TopicPartition partition, long nextOffset) {}
}
