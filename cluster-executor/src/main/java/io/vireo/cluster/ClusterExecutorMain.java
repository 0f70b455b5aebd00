package io.vireo.cluster;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.cluster.kafka.KafkaSettings;
import io.vireo.cluster.kubernetes.ApiServer;
import io.vireo.health.HealthServer;
import io.vireo.schemas.KafkaCluster;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster-executor component. */
public final class ClusterExecutorMain implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterExecutorMain.class);
  private static final String COMPONENT = "cluster-executor";

  private static final Duration TOPICS_MAX = Duration.ofSeconds(60);
  private static final Duration HAND_OVER = Duration.ofSeconds(5);

  /**
   * Where plans run: each continuation on a virtual thread of its own. They read and write JSON,
   * which must not hold up the few event loops of the HTTP client, and they hand outcomes to the
   * producer, which may block while its buffer is full: then only the lanes that have something to
   * say wait. A pool of a fixed size would be held up as a whole. Their number is bounded by that
   * of the lanes.
   */
  private static final Executor PLANS = task -> Thread.ofVirtual().name("plan").start(task);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private ClusterExecutorMain() {}

  /** Runs until it is killed; ends with status 1 when it cannot go on. */
  public static void main(String[] args) throws Exception {
    KafkaCluster.exitWhenReplaced();
    ClusterExecutorMain executor = open(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(executor::close, "shutdown"));
    Throwable problem = executor.failure.get();
    log.atError().setCause(problem).log("The cluster-executor cannot go on and ends");
    System.exit(1);
  }

  /** Starts it with these settings and returns once it runs. */
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    return open(env);
  }

  private static ClusterExecutorMain open(Map<String, String> env) throws Exception {
    ClusterExecutorConfig config = ClusterExecutorConfig.fromEnv(env);
    ClusterExecutorMain executor = new ClusterExecutorMain();
    try {
      executor.open(config, InstantSource.system());
      return executor;
    } catch (Exception e) {
      executor.close();
      throw e;
    }
  }

  private void open(ClusterExecutorConfig config, InstantSource clock) throws Exception {
    HealthServer health = opened(HealthServer.start(config.healthAddress(), COMPONENT));
    health.check("start", () -> Optional.of("the cluster-executor is starting"));
    try (Admin admin = Admin.create(KafkaSettings.admin(config.kafka()))) {
      TopicCreation.awaitAll(
          admin,
          List.of(Topics.CLUSTER_COMMANDS, Topics.OUTCOMES, Topics.DEAD_LETTERS),
          TOPICS_MAX);
    }
    ApiServer api = opened(ApiServer.connect(config.kubeconfig(), PLANS));
    Timers timers = opened(new Timers(PLANS));
    KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(KafkaSettings.producer(config.kafka()));
    bind(new KafkaClientMetrics(opened(producer)), health);
    // Metadata and the producer's id take their time once; not on the first command.
    producer.partitionsFor(Topics.OUTCOMES.name());
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(KafkaSettings.consumer(config.kafka()));
    bind(new KafkaClientMetrics(consumer), health);
    ClusterExecutor executor =
        new ClusterExecutor(
            consumer, producer, api, timers, PLANS, clock, health.registry(), HAND_OVER);
    Turns turns = opened(Turns.start(executor));
    watch(executor.failure());
    watch(turns.failure());
    health.check("api-server", api::problem);
    health.check("commands", turns::problem);
    health.check(
        "start",
        () ->
            failure.isDone()
                ? Optional.of("the cluster-executor has failed and must be started anew")
                : Optional.empty());
    log.atInfo().addKeyValue("healthPort", health.port()).log("The cluster-executor runs");
  }

  /** Takes the first failure of any part as that of the whole. */
  private void watch(CompletableFuture<Throwable> part) {
    var unused =
        part.thenAccept(
            problem -> {
              if (failure.complete(problem)) {
                log.atError().setCause(problem).log("The cluster-executor failed, start it anew");
              }
            });
  }

  private void bind(KafkaClientMetrics metrics, HealthServer health) {
    metrics.bindTo(health.registry());
    opened(metrics);
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  /** Stops it, last part first. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.atWarn().setCause(e).log("A part did not close in order");
      }
    }
  }
}
