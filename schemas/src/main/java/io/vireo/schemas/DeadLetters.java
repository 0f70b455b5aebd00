package io.vireo.schemas;

import io.vireo.schemas.avro.DeadLetter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The envelope for a record that could not be used: where it came from and why, with a hash of it.
 * The payload itself stays where it was, since it may hold anything.
 */
public final class DeadLetters {

  private DeadLetters() {}

  /** The dead letter for a consumed record. */
  public static ProducerRecord<String, byte[]> of(
      ConsumerRecord<String, byte[]> origin,
      String component,
      String reason,
      String message,
      long nowMs) {
    DeadLetter letter =
        letter(
            origin.topic(),
            origin.partition(),
            origin.offset(),
            origin.value(),
            component,
            reason,
            message,
            nowMs);
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.DEAD_LETTERS.name(), null, nowMs, origin.key(), AvroCodec.encode(letter));
    String id = origin.topic() + "-" + origin.partition() + "-" + origin.offset();
    CloudEvents.headers(id, "dead-letter", component, origin.topic(), nowMs)
        .forEach(record.headers()::add);
    return record;
  }

  /** The letter alone, for a writer that is not a plain producer. */
  public static DeadLetter letter(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] value,
      String component,
      String reason,
      String message,
      long nowMs) {
    byte[] bytes = value == null ? new byte[0] : value;
    return DeadLetter.newBuilder()
        .setTopic(topic)
        .setPartition(partition)
        .setOffset(offset)
        .setReason(reason)
        .setMessage(message)
        .setSha256(CanonicalJson.sha256(bytes))
        .setSize(bytes.length)
        .setComponent(component)
        .setObservedAt(nowMs)
        .build();
  }
}
