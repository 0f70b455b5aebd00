package io.vireo.cluster;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.cluster.core.Api;
import io.vireo.cluster.core.BoundedApi;
import io.vireo.cluster.core.CommandRun;
import io.vireo.cluster.core.Lanes;
import io.vireo.cluster.core.Pauses;
import io.vireo.cluster.core.Progress;
import io.vireo.cluster.kafka.CommandInbox;
import io.vireo.cluster.kafka.OutcomeOutbox;
import io.vireo.cluster.kafka.Task;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the cluster-executor put together, without clients, clock and threads of their own.
 *
 * <p>{@link #turn} and {@link #close} are called by one thread at a time. Commands go on where
 * their answers and pauses complete, and where the producer acknowledges: on any thread, or all on
 * the one that takes turns.
 */
public final class ClusterExecutor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterExecutor.class);

  /**
   * Requests at a time; more only wait in the API server's own queues, where none is more urgent
   * than another.
   */
  static final int REQUESTS_MAX = 16;

  private final Progress progress = new Progress();
  private final OutcomeOutbox outbox;
  private final Lanes<Task> lanes;
  private final CommandInbox inbox;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  /**
   * Joins the group. Consumer and producer are closed with this.
   *
   * @param starter begins the first command of a lane
   * @param handOver how long a partition that goes to another reader waits for its commands; zero
   *     never waits
   */
  public ClusterExecutor(
      Consumer<String, byte[]> consumer,
      Producer<String, byte[]> producer,
      Api api,
      Pauses pauses,
      Executor starter,
      InstantSource clock,
      MeterRegistry registry,
      Duration handOver) {
    outbox = new OutcomeOutbox(producer);
    CommandRun run =
        new CommandRun(
            new BoundedApi(api, REQUESTS_MAX),
            pauses,
            clock,
            problem -> log.atError().setCause(problem).log("A command broke"));
    lanes = new Lanes<>(new TaskWork(run, outbox, clock, registry), starter);
    inbox = new CommandInbox(consumer, lanes, progress, outbox, clock, handOver);
    Gauge.builder("vireo.cluster.commands.open", progress, Progress::open).register(registry);
    Gauge.builder("vireo.cluster.lanes.depth", lanes, Lanes::size).register(registry);
    Gauge.builder("vireo.cluster.lanes.active", lanes, Lanes::lanes).register(registry);
    watch(lanes.failure());
    watch(outbox.failure());
  }

  private void watch(CompletableFuture<Throwable> part) {
    var unused = part.thenAccept(failure::complete);
  }

  /**
   * Commits what is finished and reads once, waiting at most so long.
   *
   * @throws IllegalStateException once it has failed
   * @throws org.apache.kafka.common.KafkaException if reading fails for good
   */
  public void turn(Duration wait) {
    if (failure.isDone()) {
      throw new IllegalStateException(
          "Expected a cluster-executor that works, but it has failed", failure.join());
    }
    inbox.turn(wait);
  }

  /** Commands that were read and whose outcome is not acknowledged. Thread-safe. */
  public int open() {
    return progress.open();
  }

  /** Completes when an outcome could not be written for good: start a new one. Thread-safe. */
  public CompletableFuture<Throwable> failure() {
    return failure;
  }

  /** Whether commands are being read. Thread-safe. */
  public Optional<String> problem() {
    return inbox.problem();
  }

  /** Stops reading, leaves what waits to the next reader, and closes the clients. */
  @Override
  public void close() {
    try {
      inbox.close();
    } finally {
      lanes.close();
      outbox.close();
    }
  }
}
