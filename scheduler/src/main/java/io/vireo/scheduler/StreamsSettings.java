package io.vireo.scheduler;

import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Settings of Kafka Streams. */
final class StreamsSettings {

  /**
   * Records by which a standby may lag and still take over; it replays them first. With more, one
   * that comes back with nothing would count as caught up, and get partitions that the other has
   * warm; so it is filled first, and nobody waits for that.
   */
  private static final long RECOVERY_LAG_MAX = 50;

  /** How soon it is looked whether a standby has caught up; Kafka's least. */
  private static final long PROBING_INTERVAL_MS = 60_000;

  private StreamsSettings() {}

  static Properties of(SchedulerConfig config) {
    Properties p = new Properties();
    // Of no prefix: admin, consumers and producers all take them.
    p.putAll(config.kafka().clientSettings());
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, "vireo.scheduler");
    p.put(StreamsConfig.CLIENT_ID_CONFIG, "vireo.scheduler." + config.instanceId());
    p.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // Measured: see docs/adr on latency. A commit is a transaction; below 10 ms they pile up.
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 20);
    // While it is quiet a commit is asked for with the record itself; waking up 100 times a second
    // to look whether one is due would cost more than all decisions.
    p.put(StreamsConfig.POLL_MS_CONFIG, 100);
    p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.replicationFactor());
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    takeOver(p, config);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG), 30_000);
    return p;
  }

  /**
   * How soon another instance goes on with the partitions of one that died. Measured with {@code
   * vireo torture take-over}; the broker has to allow so short a session by {@code
   * group.min.session.timeout.ms}.
   */
  private static void takeOver(Properties p, SchedulerConfig config) {
    p.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
    p.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, RECOVERY_LAG_MAX);
    // A second instance gets its half in one step, not two partitions a minute.
    p.put(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, config.partitions());
    p.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING_INTERVAL_MS);
    // An instance that is back within its session goes on with what it had, without a rebalance.
    p.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        config.instanceId());
    // The larger part of a take-over. Shorter ones leave less than two heartbeats to be late.
    p.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        config.sessionTimeoutMs());
    p.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        config.sessionTimeoutMs() / 10);
    // An open transaction of a dead instance keeps readers, and who takes over, waiting. It ends
    // about when the session does, so a shorter one would gain little; a living one takes some ms.
    p.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 1_500);
  }
}
