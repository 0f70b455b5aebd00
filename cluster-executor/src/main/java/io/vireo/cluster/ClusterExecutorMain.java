package io.vireo.cluster;

import io.vireo.cluster.core.CommandRun;
import io.vireo.cluster.core.Lanes;
import io.vireo.cluster.core.Progress;
import io.vireo.cluster.kafka.CommandInbox;
import io.vireo.cluster.kafka.KafkaSettings;
import io.vireo.cluster.kafka.OutcomeOutbox;
import io.vireo.cluster.kafka.Task;
import io.vireo.cluster.kubernetes.ApiServer;
import io.vireo.health.HealthServer;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster-executor component. */
public final class ClusterExecutorMain implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterExecutorMain.class);
  private static final String COMPONENT = "cluster-executor";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private ClusterExecutorMain() {}

  /** Runs until it is killed; ends with status 1 when it cannot go on. */
  public static void main(String[] args) throws Exception {
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
      TopicCreation.ensure(admin, Topics.all(), config.partitions(), config.replication());
    }
    ApiServer api = opened(ApiServer.connect(config.kubeconfig()));
    OutcomeOutbox outbox = opened(OutcomeOutbox.open(config.kafka(), health.registry()));
    Progress progress = new Progress();
    CommandRun run = new CommandRun(api, clock, Thread::sleep);
    Lanes<Task> lanes =
        opened(new Lanes<>(new TaskWork(run, outbox, progress, clock, health.registry())));
    CommandInbox inbox =
        opened(
            CommandInbox.start(config.kafka(), lanes, progress, outbox, clock, health.registry()));
    watch(lanes.failure());
    watch(outbox.failure());
    watch(inbox.failure());
    health.check("api-server", api::problem);
    health.check("commands", inbox::problem);
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
