package io.vireo.cluster.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.cluster.core.Lanes;
import io.vireo.cluster.core.Progress;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.ClusterCommand;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads commands into lanes, on one thread, and commits what is finished. */
public final class CommandInbox implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CommandInbox.class);
  private static final String COMPONENT = "cluster-executor";
  private static final String TOPIC = Topics.CLUSTER_COMMANDS.name();

  /** While commands are under way, so that their ends are committed soon. */
  private static final Duration BUSY_POLL = Duration.ofMillis(50);

  /** While nothing is: a record ends the wait in any case. */
  private static final Duration IDLE_POLL = Duration.ofMillis(500);

  private static final int WAITING_MAX = 2_000;
  private static final long HAND_OVER_MS = 5_000;
  private static final long STALLED_AFTER_MS = 10_000;

  private final KafkaConsumer<String, byte[]> consumer;
  private final KafkaClientMetrics metrics;
  private final Lanes<Task> lanes;
  private final Progress progress;
  private final OutcomeOutbox outbox;
  private final InstantSource clock;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean assigned;
  private volatile long polledMs;

  private CommandInbox(
      KafkaConsumer<String, byte[]> consumer,
      Lanes<Task> lanes,
      Progress progress,
      OutcomeOutbox outbox,
      InstantSource clock,
      MeterRegistry registry) {
    this.consumer = consumer;
    this.lanes = lanes;
    this.progress = progress;
    this.outbox = outbox;
    this.clock = clock;
    this.polledMs = clock.millis();
    this.metrics = new KafkaClientMetrics(consumer);
    metrics.bindTo(registry);
    Gauge.builder("vireo.cluster.commands.open", progress, Progress::open).register(registry);
    Gauge.builder("vireo.cluster.lanes.depth", lanes, Lanes::size).register(registry);
    Gauge.builder("vireo.cluster.lanes.active", lanes, Lanes::lanes).register(registry);
    this.thread = Thread.ofPlatform().name("command-inbox").unstarted(this::run);
  }

  /** Joins the group and starts to read. */
  public static CommandInbox start(
      String bootstrapServers,
      Lanes<Task> lanes,
      Progress progress,
      OutcomeOutbox outbox,
      InstantSource clock,
      MeterRegistry registry) {
    CommandInbox inbox =
        new CommandInbox(
            new KafkaConsumer<>(KafkaSettings.consumer(bootstrapServers)),
            lanes,
            progress,
            outbox,
            clock,
            registry);
    inbox.thread.start();
    return inbox;
  }

  /** Completes when reading ended by a failure. */
  public CompletableFuture<Throwable> failure() {
    return failure;
  }

  private void run() {
    try (consumer) {
      consumer.subscribe(List.of(TOPIC), new Partitions());
      boolean paused = false;
      while (!closing) {
        for (ConsumerRecord<String, byte[]> record :
            consumer.poll(lanes.size() == 0 ? IDLE_POLL : BUSY_POLL)) {
          take(record);
        }
        polledMs = clock.millis();
        assigned = !consumer.assignment().isEmpty();
        int waiting = lanes.size();
        if (waiting >= WAITING_MAX || (paused && waiting > WAITING_MAX / 2)) {
          // Again each time: a rebalance may have brought partitions that are not paused.
          consumer.pause(consumer.assignment());
          paused = true;
        } else if (paused) {
          consumer.resume(consumer.paused());
          paused = false;
        }
        commit();
      }
      lanes.drop(task -> true, HAND_OVER_MS);
      commitNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closing) {
        failure.complete(e);
      }
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (!progress.read(record.partition(), record.offset())) {
      return;
    }
    try {
      ClusterCommand command = Topics.CLUSTER_COMMANDS.decode(record.value());
      Task task =
          new Task(
              FromAvro.command(command),
              record.key() == null ? "" : record.key(),
              command.getBody().getClass().getSimpleName(),
              record.partition(),
              record.offset());
      lanes.put(task.key(), task);
    } catch (UndecodableRecordException e) {
      log.atWarn()
          .addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset())
          .addKeyValue("reason", e.reason())
          .log("Command cannot be read");
      outbox.send(
          DeadLetters.of(
              record, COMPONENT, e.reason(), String.valueOf(e.getMessage()), clock.millis()),
          () -> progress.finished(record.partition(), record.offset()));
    }
  }

  private void commit() {
    Map<Integer, Long> news = progress.news();
    if (news.isEmpty()) {
      return;
    }
    consumer.commitAsync(
        positions(news),
        (done, problem) -> {
          if (problem != null) {
            log.atWarn().setCause(problem).log("Positions were not committed; trying again");
            progress.untold(news.keySet());
          }
        });
  }

  private void commitNow() {
    Map<Integer, Long> news = progress.news();
    try {
      if (!news.isEmpty()) {
        consumer.commitSync(positions(news), Duration.ofSeconds(5));
      }
    } catch (KafkaException e) {
      // Whoever reads them again finds them done.
      log.atWarn().setCause(e).log("Positions were not committed before the hand-over");
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> positions(Map<Integer, Long> news) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    news.forEach(
        (partition, next) ->
            positions.put(new TopicPartition(TOPIC, partition), new OffsetAndMetadata(next)));
    return positions;
  }

  /** Whether commands are being read. */
  public Optional<String> problem() {
    if (!thread.isAlive()) {
      return Optional.of("reading commands has ended");
    }
    if (clock.millis() - polledMs > STALLED_AFTER_MS) {
      return Optional.of("commands are not being read");
    }
    return assigned ? Optional.empty() : Optional.of("no partition of commands is assigned");
  }

  /** Stops reading; what waits is left to the next reader. Idempotent. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(Duration.ofSeconds(15));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    metrics.close();
  }

  /** Lets others have partitions only after nothing of them runs here. */
  private final class Partitions implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      log.atInfo().addKeyValue("partitions", partitions.size()).log("Partitions assigned");
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      Set<Integer> numbers = leave(partitions);
      commitNow();
      progress.forget(numbers);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      progress.forget(leave(partitions));
    }

    private Set<Integer> leave(Collection<TopicPartition> partitions) {
      Set<Integer> numbers =
          partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
      try {
        if (!lanes.drop(task -> numbers.contains(task.partition()), HAND_OVER_MS)) {
          log.atWarn().log("A command still runs while its partition goes to another reader");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return numbers;
    }
  }
}
