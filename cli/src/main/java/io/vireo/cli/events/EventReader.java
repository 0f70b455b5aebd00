package io.vireo.cli.events;

import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the record, of one topic or of several as one, from its beginning. For one thread. */
public final class EventReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration METADATA_MAX = Duration.ofSeconds(20);

  private final KafkaConsumer<String, byte[]> consumer;
  private final RegistryClient registry;
  private final List<TopicPartition> partitions;
  private final String namespace;
  private final String name;

  private EventReader(
      KafkaConsumer<String, byte[]> consumer,
      RegistryClient registry,
      List<TopicPartition> partitions,
      String namespace,
      String name) {
    this.consumer = consumer;
    this.registry = registry;
    this.partitions = partitions;
    this.namespace = namespace;
    this.name = name;
  }

  /**
   * Opens a reader of its own.
   *
   * @param auditor who may read the record
   * @param topics those to read
   * @param namespace of the objects to tell of; empty for all
   * @param name of the object to tell of; empty for all
   */
  public static EventReader open(
      StackFile stack,
      KafkaConnection auditor,
      List<Topic<?>> topics,
      String namespace,
      String name) {
    KafkaConsumer<String, byte[]> consumer = consumer(auditor);
    try {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic.name(), METADATA_MAX).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return new EventReader(
          consumer, new RegistryClient(stack.registryUrl()), partitions, namespace, name);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** A consumer without a group, which sees what was committed only. */
  public static KafkaConsumer<String, byte[]> consumer(KafkaConnection connection) {
    Map<String, Object> settings = new HashMap<>(connection.clientSettings());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** All that there are by now, in order of time. */
  public List<EventRow> readToEnd() throws IOException, InterruptedException {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, METADATA_MAX);
    List<EventRow> rows = new ArrayList<>();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      poll(rows::add);
    }
    rows.sort(EventRow.ORDER);
    return rows;
  }

  /** Those that come next; may be none. */
  public List<EventRow> next() throws IOException, InterruptedException {
    List<EventRow> rows = new ArrayList<>();
    poll(rows::add);
    rows.sort(EventRow.ORDER);
    return rows;
  }

  private void poll(Consumer<EventRow> rows) throws IOException, InterruptedException {
    for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
      if (message.value() == null) {
        continue;
      }
      try {
        GenericRecord event = registry.decode(message.value());
        EventRow row = EventRow.of(event, message.topic(), message.partition(), message.offset());
        if (row.isOf(namespace, name)) {
          rows.accept(row);
        }
      } catch (IOException | AvroRuntimeException e) {
        throw new IOException(
            "Expected a record with a registered schema at %s-%d@%d"
                .formatted(message.topic(), message.partition(), message.offset()),
            e);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
    registry.close();
  }
}
