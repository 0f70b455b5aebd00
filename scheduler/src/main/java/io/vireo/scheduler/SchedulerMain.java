package io.vireo.scheduler;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.vireo.health.HealthServer;
import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.dispatch.Dispatcher;
import io.vireo.scheduler.topology.CoreJson;
import io.vireo.scheduler.topology.SchedulerMetrics;
import io.vireo.scheduler.topology.SchedulerTopology;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the scheduler: the topology, and the dispatcher beside it. */
public final class SchedulerMain {

  private static final Logger log = LoggerFactory.getLogger(SchedulerMain.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private SchedulerMain() {}

  /** Starts from the environment and runs until SIGTERM. */
  public static void main(String[] args) throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    AutoCloseable scheduler = start(System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    scheduler.close();
                  } catch (Exception e) {
                    log.atWarn().setCause(e).log("The scheduler did not stop cleanly");
                  } finally {
                    stopped.countDown();
                  }
                },
                "scheduler-stop"));
    stopped.await();
  }

  /** Starts and returns; the result stops it. */
  @SuppressWarnings("resource") // Closed by what is returned.
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    SchedulerConfig config = SchedulerConfig.fromEnv(env);
    HealthServer health = HealthServer.start(config.healthAddress(), "scheduler");
    try {
      try (Admin admin =
          Admin.create(
              Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers()))) {
        TopicCreation.ensure(admin, Topics.all(), config.partitions(), config.replicationFactor());
      }
      SchedulerMetrics metrics = new SchedulerMetrics(health.registry());
      KafkaStreams streams =
          new KafkaStreams(
              SchedulerTopology.build(
                  new Decider(config.spec(), new CoreJson()), config.partitions(), metrics),
              properties(config));
      streams.setUncaughtExceptionHandler(
          e -> {
            log.atError().setCause(e).log("A stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
          });
      KafkaStreamsMetrics kafkaMetrics = new KafkaStreamsMetrics(streams);
      kafkaMetrics.bindTo(health.registry());
      health.check("streams", new StreamsReadiness(streams));
      Dispatcher dispatcher =
          Dispatcher.start(
              config.bootstrapServers(), config.replicationFactor(), health.registry());
      health.check("dispatcher", dispatcher::problem);
      streams.start();
      log.atInfo().addKeyValue("instance", config.instanceId()).log("Scheduler started");
      return new Running(health, streams, kafkaMetrics, dispatcher);
    } catch (Exception e) {
      health.close();
      throw e;
    }
  }

  private record Running(
      HealthServer health,
      KafkaStreams streams,
      KafkaStreamsMetrics kafkaMetrics,
      Dispatcher dispatcher)
      implements AutoCloseable {
    @Override
    public void close() {
      // Leaving the group lets the next start begin at once instead of after a session timeout.
      boolean clean =
          streams.close(
              CloseOptions.timeout(CLOSE_TIMEOUT)
                  .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
      if (!clean) {
        log.atWarn().log("Streams did not stop within its time");
      }
      kafkaMetrics.close();
      dispatcher.close();
      health.close();
    }
  }

  private static Properties properties(SchedulerConfig config) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, "vireo.scheduler");
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
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
    p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    p.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        config.instanceId());
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6000);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2000);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG), 30_000);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 10_000);
    return p;
  }

  /** Running is not enough: a task can be frozen while its client says that all is well. */
  private static final class StreamsReadiness implements io.vireo.health.ReadinessCheck {
    private static final long STALL_MS = 30_000;

    private final KafkaStreams streams;
    private double commitsBefore = -1;
    private double recordsBefore = -1;
    private long changedAtMs = System.currentTimeMillis();

    StreamsReadiness(KafkaStreams streams) {
      this.streams = streams;
    }

    @Override
    public synchronized Optional<String> problem() {
      if (!streams.state().isRunningOrRebalancing()
          || streams.state() == KafkaStreams.State.REBALANCING) {
        return Optional.of("Kafka Streams is " + streams.state());
      }
      double commits = total("commit-total");
      double records = total("process-total");
      long now = System.currentTimeMillis();
      if (commits != commitsBefore || records == recordsBefore) {
        commitsBefore = commits;
        recordsBefore = records;
        changedAtMs = now;
        return Optional.empty();
      }
      return now - changedAtMs > STALL_MS
          ? Optional.of("Kafka Streams is RUNNING, but has not committed for over 30 s")
          : Optional.empty();
    }

    private double total(String name) {
      return streams.metrics().entrySet().stream()
          .filter(
              e ->
                  e.getKey().name().equals(name)
                      && e.getKey().group().equals("stream-thread-metrics"))
          .mapToDouble(e -> e.getValue().metricValue() instanceof Number n ? n.doubleValue() : 0)
          .sum();
    }
  }
}
