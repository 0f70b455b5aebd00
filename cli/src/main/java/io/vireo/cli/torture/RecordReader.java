package io.vireo.cli.torture;

import io.vireo.cli.events.EventReader;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.VmiEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads {@code vireo.vmi.events.v1}, committed records only, from its beginning. For one thread.
 */
final class RecordReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ANSWER_MAX = Duration.ofMinutes(1);

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;

  RecordReader(KafkaConnection auditor) {
    this.consumer = EventReader.consumer(auditor);
    this.partitions =
        consumer.partitionsFor(Topics.VMI_EVENTS.name(), ANSWER_MAX).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  int partitions() {
    return partitions.size();
  }

  /** Takes all that there are by now. */
  void readToEnd(BiConsumer<Integer, VmiEvent> taker) throws IOException {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER_MAX);
    long deadline = System.nanoTime() + ANSWER_MAX.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey(), ANSWER_MAX) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "Expected to read "
                + Topics.VMI_EVENTS.name()
                + " to its end within "
                + ANSWER_MAX.toSeconds()
                + " s; a transaction may be open");
      }
      poll(taker);
    }
  }

  /** Takes what comes next; may be nothing. */
  void poll(BiConsumer<Integer, VmiEvent> taker) throws IOException {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
      try {
        taker.accept(record.partition(), Topics.VMI_EVENTS.decode(record.value()));
      } catch (UndecodableRecordException e) {
        throw new IOException(
            "Expected an event at %s-%d@%d"
                .formatted(record.topic(), record.partition(), record.offset()),
            e);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
