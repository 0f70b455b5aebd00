package io.vireo.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic: its name, what it carries and how Kafka keeps it.
 *
 * @param name Kafka's name of the topic
 * @param valueType Avro class of every value that is not a tombstone
 * @param cleanup how Kafka cleans it
 * @param retention how long a {@link Cleanup#DELETE} topic keeps a record; empty for compacted ones
 * @param layout how many partitions it has
 */
public record Topic<V extends SpecificRecord>(
    String name, Class<V> valueType, Cleanup cleanup, Optional<Duration> retention, Layout layout) {

  /** Kafka's {@code cleanup.policy}. */
  public enum Cleanup {
    COMPACT,
    DELETE
  }

  /** How many partitions a topic has. */
  public enum Layout {
    /** As many as every topic that is keyed by VMI uid (a setting, 12 by default). */
    BY_VMI,
    /** One. */
    SINGLE
  }

  static <V extends SpecificRecord> Topic<V> compacted(
      String name, Class<V> valueType, Layout layout) {
    return new Topic<>(name, valueType, Cleanup.COMPACT, Optional.empty(), layout);
  }

  static <V extends SpecificRecord> Topic<V> kept(
      String name, Class<V> valueType, Duration retention, Layout layout) {
    return new Topic<>(name, valueType, Cleanup.DELETE, Optional.of(retention), layout);
  }

  /** The topic's settings in Kafka's terms. */
  public Map<String, String> config() {
    return switch (cleanup) {
      case COMPACT -> Map.of("cleanup.policy", "compact");
      case DELETE ->
          Map.of(
              "cleanup.policy",
              "delete",
              "retention.ms",
              Long.toString(retention.orElseThrow().toMillis()));
    };
  }

  /** Decodes a value of this topic. */
  public V decode(byte[] value) throws UndecodableRecordException {
    return AvroCodec.decode(valueType, value);
  }
}
