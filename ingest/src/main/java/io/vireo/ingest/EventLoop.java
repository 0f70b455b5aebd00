package io.vireo.ingest;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.health.Failpoint;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.Intake;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.NodeStanding;
import io.vireo.ingest.core.Output;
import io.vireo.ingest.kafka.Delivery;
import io.vireo.ingest.kafka.Outbox;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Owns the core: takes deliveries in order and writes what follows. One thread takes the turns; any
 * may {@link #put}.
 */
public final class EventLoop {

  private static final int QUEUE_MAX = 10_000;
  private static final long COMMIT_EVERY_MS = 500;

  private final BlockingQueue<Delivery> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Intake intake;
  private final Outbox outbox;
  private final InstantSource clock;
  private final Positions positions = new Positions();
  private Consumer<Map<TopicPartition, Long>> commits = news -> {};
  private Runnable listed = () -> {};
  private volatile Set<ListKind> awaited = EnumSet.allOf(ListKind.class);
  private volatile Map<NodeStanding, Long> nodes = Map.of();
  private volatile int vmis;
  private volatile int owners;
  private volatile long gaps;
  private volatile long refusedReports;
  private volatile int waitingReports;
  private long nextCommitMs;

  EventLoop(Intake intake, Outbox outbox, InstantSource clock, MeterRegistry registry) {
    this.intake = intake;
    this.outbox = outbox;
    this.clock = clock;
    Gauge.builder("vireo.ingest.queue.depth", queue, BlockingQueue::size).register(registry);
    Gauge.builder("vireo.ingest.vmis", this, loop -> loop.vmis).register(registry);
    Gauge.builder("vireo.ingest.owners", this, loop -> loop.owners).register(registry);
    Gauge.builder("vireo.ingest.reports.waiting", this, loop -> loop.waitingReports)
        .register(registry);
    FunctionCounter.builder("vireo.ingest.reports.refused", this, loop -> loop.refusedReports)
        .register(registry);
    FunctionCounter.builder("vireo.ingest.gaps", this, loop -> loop.gaps).register(registry);
    for (NodeStanding standing : NodeStanding.values()) {
      Gauge.builder("vireo.ingest.nodes", this, loop -> loop.nodes.getOrDefault(standing, 0L))
          .tag("standing", standing.name())
          .register(registry);
    }
  }

  /**
   * To be called before the first turn.
   *
   * @param commits takes positions behind which everything is written; any thread may call it
   * @param listed called once, when the first lists of nodes and of pods are complete
   */
  void connect(Consumer<Map<TopicPartition, Long>> commits, Runnable listed) {
    this.commits = commits;
    this.listed = listed;
  }

  /** Hands over a delivery; waits while 10,000 wait already. Thread-safe. */
  public void put(Delivery delivery) {
    try {
      queue.put(delivery);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the queue was full", e);
    }
  }

  /**
   * Takes one delivery, if there is one, and does what is due. Waits for nothing but room in the
   * producer.
   *
   * @return whether a delivery was taken
   */
  public boolean turn() {
    Delivery delivery = queue.poll();
    turn(delivery);
    return delivery != null;
  }

  /** The same, but waits for a delivery until something else is due. */
  void turnWaiting() throws InterruptedException {
    turn(queue.poll(waitMs(), TimeUnit.MILLISECONDS));
  }

  private void turn(@Nullable Delivery delivery) {
    long nowMs = clock.millis();
    OptionalLong wakeUp = intake.nextWakeUp();
    if (wakeUp.isPresent() && wakeUp.getAsLong() <= nowMs) {
      write(intake.apply(new Input.Woken(), nowMs), nowMs);
      count();
    }
    if (delivery != null) {
      take(delivery, nowMs);
    }
    if (nowMs >= nextCommitMs) {
      nextCommitMs = nowMs + COMMIT_EVERY_MS;
      Map<TopicPartition, Long> news = positions.news(intake::keeps);
      if (!news.isEmpty()) {
        // A write that fails ends the whole start, so nothing is to be done about it here.
        var unused = outbox.allWritten().thenRun(() -> commits.accept(news));
      }
    }
  }

  private void count() {
    nodes = intake.nodes();
    gaps = intake.gaps();
    refusedReports = intake.refusedReports();
    waitingReports = intake.waitingReports();
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
    Delivery.@Nullable Position position = delivery.position();
    if (input != null) {
      write(intake.apply(input, nowMs), nowMs);
      if (position != null && intake.keeps(input)) {
        positions.waits(position, input);
      }
      if (input instanceof Input.ListEnded) {
        Failpoint.pass("ingest.list.after");
        listed();
      }
      vmis = intake.vmis();
      owners = intake.owners();
      if (!(input instanceof Input.VmiSeen || input instanceof Input.PodSeen)) {
        count();
      }
    }
    if (position != null) {
      positions.reached(position);
    }
  }

  private void listed() {
    boolean before = knowsNodesAndPods();
    awaited = intake.awaited();
    if (!before && knowsNodesAndPods()) {
      listed.run();
    }
  }

  private boolean knowsNodesAndPods() {
    return !awaited.contains(ListKind.NODE) && !awaited.contains(ListKind.POD);
  }

  private void write(List<Output> outputs, long nowMs) {
    outputs.forEach(output -> outbox.write(output, nowMs));
  }

  /** Lets go whoever waits for room, once no turn will be taken any more. */
  void clear() {
    queue.clear();
  }

  Optional<String> listProblem() {
    Set<ListKind> missing = awaited;
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("the first list is not complete of " + missing);
  }
}
