package io.vireo.e2e;

import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.DeadLetter;
import io.vireo.schemas.avro.VmiEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topics as any outside consumer reads them. */
final class Records {

  private final KafkaConnection reader;
  private final KafkaConnection writer;

  /** Reads as the first and writes as the second. */
  Records(KafkaConnection reader, KafkaConnection writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /** Everything that is committed on a topic now. */
  List<ConsumerRecord<String, byte[]>> all(String topic) {
    Map<String, Object> settings = new HashMap<>(reader.clientSettings());
    settings.put("isolation.level", "read_committed");
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (ends.entrySet().stream()
              .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())
          && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** Events of one VMI in their order. */
  List<VmiEvent> events(String uid) throws UndecodableRecordException {
    List<VmiEvent> events = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : all(Topics.VMI_EVENTS.name())) {
      if (uid.equals(record.key())) {
        events.add(Topics.VMI_EVENTS.decode(record.value()));
      }
    }
    return events;
  }

  /** Dead letters with this key. */
  List<DeadLetter> deadLetters(String key) throws UndecodableRecordException {
    List<DeadLetter> letters = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : all(Topics.DEAD_LETTERS.name())) {
      if (key.equals(record.key())) {
        letters.add(Topics.DEAD_LETTERS.decode(record.value()));
      }
    }
    return letters;
  }

  void send(String topic, String key, byte[] value) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            writer.clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
