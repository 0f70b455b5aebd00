package io.vireo.scheduler.topology;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Which partition a task is, where the record in hand really comes from, and what time it is there.
 * Called on the task's own thread only.
 */
public interface TaskOrigin {

  /** Partition of the task. */
  int partition();

  /** Topic, partition and offset of the record that is being processed. */
  RecordMetadata record();

  /** The wall clock, ms since the epoch; it may jump, and go back. */
  long nowMs();

  /** What Kafka Streams itself says. */
  static TaskOrigin of(ProcessorContext<?, ?> context) {
    return new TaskOrigin() {
      @Override
      public int partition() {
        return context.taskId().partition();
      }

      @Override
      public RecordMetadata record() {
        return context
            .recordMetadata()
            .orElseThrow(
                () -> new IllegalStateException("Expected a record in hand, but there is none"));
      }

      @Override
      public long nowMs() {
        return context.currentSystemTimeMs();
      }
    };
  }
}
