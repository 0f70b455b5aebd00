package io.vireo.cluster.kafka;

import io.vireo.schemas.KafkaConnection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Settings of the executor's Kafka clients. */
public final class KafkaSettings {

  private static final String GROUP = "vireo.cluster-executor";

  private KafkaSettings() {}

  /** For an admin client. */
  public static Map<String, Object> admin(KafkaConnection connection) {
    return with(connection, Map.of(CommonClientConfigs.CLIENT_ID_CONFIG, GROUP));
  }

  /** For the producer. It tries for ever: a command without an outcome is done again. */
  public static Map<String, Object> producer(KafkaConnection connection) {
    return with(
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

  /** For the consumer. The session is short, so that a crashed executor does not hold commands. */
  public static Map<String, Object> consumer(KafkaConnection connection) {
    return with(
        connection,
        Map.ofEntries(
            Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, GROUP + ".consumer"),
            Map.entry(ConsumerConfig.GROUP_ID_CONFIG, GROUP),
            Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
            Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
            Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
            Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000),
            Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500),
            Map.entry(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName()),
            Map.entry(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000),
            Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class),
            Map.entry(
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class)));
  }

  private static Map<String, Object> with(
      KafkaConnection connection, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(connection.clientSettings());
    all.putAll(settings);
    return all;
  }
}
