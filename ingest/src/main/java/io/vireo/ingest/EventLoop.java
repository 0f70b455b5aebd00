package io.vireo.ingest;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.Intake;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.NodeStanding;
import io.vireo.ingest.core.Output;
import io.vireo.ingest.kafka.Delivery;
import io.vireo.ingest.kafka.Outbox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The one thread that owns the core: takes deliveries in order and writes what follows. */
final class EventLoop implements AutoCloseable {

  private static final int QUEUE_MAX = 10_000;
  private static final long COMMIT_EVERY_MS = 500;
  private static final long STALLED_AFTER_MS = 10_000;

  private final BlockingQueue<Delivery> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Intake intake;
  private final Outbox outbox;
  private final InstantSource clock;
  private final Thread thread;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final Map<TopicPartition, Long> applied = new HashMap<>();
  private volatile Consumer<Map<TopicPartition, Long>> commits = positions -> {};
  private volatile Runnable nodesListed = () -> {};
  private volatile Set<ListKind> awaited = EnumSet.allOf(ListKind.class);
  private volatile Map<NodeStanding, Long> nodes = Map.of();
  private volatile int vmis;
  private volatile long turnedMs;
  private volatile boolean closing;
  private long nextCommitMs;

  EventLoop(Intake intake, Outbox outbox, InstantSource clock, MeterRegistry registry) {
    this.intake = intake;
    this.outbox = outbox;
    this.clock = clock;
    this.turnedMs = clock.millis();
    this.thread = Thread.ofPlatform().name("ingest-loop").unstarted(this::run);
    Gauge.builder("vireo.ingest.queue.depth", queue, BlockingQueue::size).register(registry);
    Gauge.builder("vireo.ingest.vmis", this, loop -> loop.vmis).register(registry);
    for (NodeStanding standing : NodeStanding.values()) {
      Gauge.builder("vireo.ingest.nodes", this, loop -> loop.nodes.getOrDefault(standing, 0L))
          .tag("standing", standing.name())
          .register(registry);
    }
  }

  /**
   * Starts the thread.
   *
   * @param commits takes positions behind which everything is written
   * @param nodesListed called once, when the first list of nodes is complete
   */
  void start(Consumer<Map<TopicPartition, Long>> commits, Runnable nodesListed) {
    this.commits = commits;
    this.nodesListed = nodesListed;
    thread.start();
  }

  /** Hands over a delivery; waits while the queue is full. Thread-safe. */
  void put(Delivery delivery) {
    try {
      queue.put(delivery);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (!closing) {
        throw new IllegalStateException("Interrupted while the queue was full", e);
      }
    }
  }

  private void run() {
    try {
      while (!closing) {
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.complete(e);
    }
  }

  private void turn() throws InterruptedException {
    Delivery delivery = queue.poll(waitMs(), TimeUnit.MILLISECONDS);
    long nowMs = clock.millis();
    turnedMs = nowMs;
    OptionalLong wakeUp = intake.nextWakeUp();
    if (wakeUp.isPresent() && wakeUp.getAsLong() <= nowMs) {
      write(intake.apply(new Input.Woken(), nowMs), nowMs);
    }
    if (delivery != null) {
      take(delivery, nowMs);
    }
    if (!applied.isEmpty() && nowMs >= nextCommitMs) {
      nextCommitMs = nowMs + COMMIT_EVERY_MS;
      Map<TopicPartition, Long> positions = Map.copyOf(applied);
      applied.clear();
      // A write that fails ends the whole start, so nothing is to be done about it here.
      var unused = outbox.allWritten().thenRun(() -> commits.accept(positions));
    }
  }

  private long waitMs() {
    long nowMs = clock.millis();
    long wait = COMMIT_EVERY_MS;
    OptionalLong wakeUp = intake.nextWakeUp();
    if (wakeUp.isPresent()) {
      wait = Math.min(wait, wakeUp.getAsLong() - nowMs);
    }
    return Math.max(0, wait);
  }

  private void take(Delivery delivery, long nowMs) {
    Input input = delivery.input();
    if (input != null) {
      write(intake.apply(input, nowMs), nowMs);
      if (input instanceof Input.ListEnded) {
        listed();
      }
      vmis = intake.vmis();
      if (!(input instanceof Input.VmiSeen || input instanceof Input.PodSeen)) {
        nodes = intake.nodes();
      }
    }
    Delivery.@Nullable Position position = delivery.position();
    if (position != null) {
      applied.put(position.partition(), position.nextOffset());
    }
  }

  private void listed() {
    Set<ListKind> before = awaited;
    awaited = intake.awaited();
    if (before.contains(ListKind.NODE) && !awaited.contains(ListKind.NODE)) {
      nodesListed.run();
    }
  }

  private void write(List<Output> outputs, long nowMs) {
    outputs.forEach(output -> outbox.write(output, nowMs));
  }

  CompletableFuture<Throwable> failure() {
    return failure;
  }

  Optional<String> listProblem() {
    Set<ListKind> missing = awaited;
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("the first list is not complete of " + missing);
  }

  Optional<String> loopProblem() {
    if (!thread.isAlive()) {
      return Optional.of("the event loop has ended");
    }
    long still = clock.millis() - turnedMs;
    return still < STALLED_AFTER_MS
        ? Optional.empty()
        : Optional.of("the event loop has not turned for " + still + " ms");
  }

  /** Stops the thread. Idempotent. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!thread.join(Duration.ofSeconds(2))) {
        // It waits for Kafka, which does not answer.
        thread.interrupt();
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.clear();
  }
}
