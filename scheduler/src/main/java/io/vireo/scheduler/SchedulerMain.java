package io.vireo.scheduler;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.vireo.health.HealthServer;
import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.dispatch.Dispatcher;
import io.vireo.scheduler.topology.CoreJson;
import io.vireo.scheduler.topology.SchedulerMetrics;
import io.vireo.scheduler.topology.SchedulerTopology;
import io.vireo.schemas.KafkaCluster;
import io.vireo.schemas.Topic;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the scheduler: the topology, and the dispatcher beside it. */
public final class SchedulerMain {

  private static final Logger log = LoggerFactory.getLogger(SchedulerMain.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TOPICS_TIMEOUT = Duration.ofSeconds(60);

  private SchedulerMain() {}

  /** Starts from the environment and runs until SIGTERM. */
  public static void main(String[] args) throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    KafkaCluster.exitWhenReplaced();
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

  /** Those that the topology and the dispatcher read and write. */
  private static List<Topic<?>> topics() {
    List<Topic<?>> topics = new ArrayList<>(SchedulerTopology.inputs());
    topics.addAll(SchedulerTopology.outputs());
    topics.add(Topics.NODE_ELIGIBLE);
    return topics;
  }

  /** Starts and returns; the result stops it. */
  @SuppressWarnings("resource") // Closed by what is returned.
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    SchedulerConfig config = SchedulerConfig.fromEnv(env);
    HealthServer health = HealthServer.start(config.healthAddress(), "scheduler");
    try {
      FutureTask<Void> topics = awaitTopics(config);
      SchedulerMetrics metrics = new SchedulerMetrics(health.registry());
      KafkaStreams streams =
          new KafkaStreams(
              SchedulerTopology.build(
                  new Decider(config.spec(), new CoreJson()), config.partitions(), metrics),
              StreamsSettings.of(config));
      streams.setUncaughtExceptionHandler(
          e -> {
            log.atError().setCause(e).log("A stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
          });
      need(topics);
      KafkaStreamsMetrics kafkaMetrics = new KafkaStreamsMetrics(streams);
      kafkaMetrics.bindTo(health.registry());
      health.check("streams", new StreamsReadiness(streams));
      Dispatcher dispatcher =
          Dispatcher.start(
              config.kafka(),
              config.replicationFactor(),
              config.sessionTimeoutMs(),
              health.registry());
      health.check("dispatcher", dispatcher::problem);
      streams.start();
      log.atInfo().addKeyValue("instance", config.instanceId()).log("Scheduler started");
      return new Running(health, streams, kafkaMetrics, dispatcher);
    } catch (Exception e) {
      health.close();
      throw e;
    }
  }

  /** While Streams is made, which takes as long: the VMIs wait for a scheduler that comes back. */
  private static FutureTask<Void> awaitTopics(SchedulerConfig config) {
    FutureTask<Void> topics =
        new FutureTask<>(
            () -> {
              try (Admin admin = Admin.create(config.kafka().clientSettings())) {
                TopicCreation.awaitAll(admin, topics(), TOPICS_TIMEOUT);
              }
              return null;
            });
    Thread.ofVirtual().name("topics").start(topics);
    return topics;
  }

  private static void need(FutureTask<Void> topics) throws Exception {
    try {
      topics.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
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
