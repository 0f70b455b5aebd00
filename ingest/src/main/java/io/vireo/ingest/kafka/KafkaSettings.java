package io.vireo.ingest.kafka;

import io.vireo.schemas.KafkaConnection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Settings of ingest's Kafka clients. */
public final class KafkaSettings {

  private static final String GROUP = "vireo.ingest";

  private KafkaSettings() {}

  /** For an admin client. */
  public static Map<String, Object> admin(KafkaConnection connection) {
    return settings(connection, Map.of(CommonClientConfigs.CLIENT_ID_CONFIG, GROUP));
  }

  /**
   * For the producer. It tries for ever: what it was given is in the books as written, so giving up
   * would lose it until the next start.
   */
  public static Map<String, Object> producer(KafkaConnection connection) {
    return settings(
        connection,
        Map.of(
            ProducerConfig.CLIENT_ID_CONFIG,
            GROUP + ".producer",
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            Integer.MAX_VALUE,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            Integer.MAX_VALUE,
            ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            1_000,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            StringSerializer.class,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class));
  }

  /**
   * For a consumer that is assigned its partitions. Where a position is missing or lost, the reader
   * says where to go on: what was lost goes on the record.
   */
  public static Map<String, Object> consumer(KafkaConnection connection) {
    return settings(
        connection,
        Map.of(
            // A partition that is assigned anew waits for the fetch that is on its way.
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            100,
            ConsumerConfig.CLIENT_ID_CONFIG,
            GROUP + ".consumer",
            ConsumerConfig.GROUP_ID_CONFIG,
            GROUP,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            1_000,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            StringDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class));
  }

  private static Map<String, Object> settings(
      KafkaConnection connection, Map<String, Object> ofTheClient) {
    Map<String, Object> settings = new HashMap<>(connection.clientSettings());
    settings.putAll(ofTheClient);
    return settings;
  }
}
