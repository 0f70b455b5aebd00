package io.vireo.cluster.kafka;

import io.vireo.cluster.core.Lanes;
import io.vireo.cluster.core.Progress;
import io.vireo.health.Failpoint;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads commands into lanes, turn by turn, and commits what is finished. One thread at a time, but
 * for {@link #problem}.
 */
public final class CommandInbox implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CommandInbox.class);
  private static final String COMPONENT = "cluster-executor";
  private static final String TOPIC = Topics.CLUSTER_COMMANDS.name();
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
  private static final int WAITING_MAX = 2_000;
  private static final long STALLED_AFTER_MS = 10_000;

  /** How far the scheduler's clock may be ahead of this one, when records are compared with it. */
  private static final long CLOCK_SKEW_MS = 2_000;

  private final Consumer<String, byte[]> consumer;
  private final Lanes<Task> lanes;
  private final Progress progress;
  private final OutcomeOutbox outbox;
  private final InstantSource clock;
  private final Duration handOver;
  private final Map<Integer, Long> assignedMs = new HashMap<>();
  private boolean paused;
  private volatile boolean assigned;
  private volatile long polledMs;

  /**
   * Joins the group; the consumer is closed with this.
   *
   * @param handOver how long a partition that goes to another reader waits for what runs
   */
  public CommandInbox(
      Consumer<String, byte[]> consumer,
      Lanes<Task> lanes,
      Progress progress,
      OutcomeOutbox outbox,
      InstantSource clock,
      Duration handOver) {
    this.consumer = consumer;
    this.lanes = lanes;
    this.progress = progress;
    this.outbox = outbox;
    this.clock = clock;
    this.handOver = handOver;
    this.polledMs = clock.millis();
    consumer.subscribe(List.of(TOPIC), new Partitions());
  }

  /**
   * Commits what is finished, then reads once, waiting at most so long. Commands end independently
   * of turns, so there is nothing to wait for between them.
   */
  public void turn(Duration wait) {
    commit();
    ConsumerRecords<String, byte[]> records = consumer.poll(wait);
    records.forEach(this::take);
    records
        .nextOffsets()
        .forEach((partition, next) -> progress.passed(partition.partition(), next.offset()));
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
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    progress.read(record.partition(), record.offset()).ifPresent(read -> take(record, read));
  }

  private void take(ConsumerRecord<String, byte[]> record, Progress.Read read) {
    switch (Reading.of(record, read, mayBeRepeated(record))) {
      case Reading.Usable usable -> lanes.put(usable.task().lane(), usable.task());
      case Reading.Unusable unusable -> {
        log.atWarn()
            .addKeyValue("partition", record.partition())
            .addKeyValue("offset", record.offset())
            .addKeyValue("reason", unusable.reason())
            .log("Command cannot be used");
        outbox.send(letter(record, unusable), read::finished);
      }
    }
  }

  private ProducerRecord<String, byte[]> letter(
      ConsumerRecord<String, byte[]> record, Reading.Unusable unusable) {
    ProducerRecord<String, byte[]> letter =
        DeadLetters.of(record, COMPONENT, unusable.reason(), unusable.message(), clock.millis());
    // A key that fills a record would make a letter that no broker takes, for ever.
    return Reading.isTooLong(record.key())
        ? new ProducerRecord<>(
            letter.topic(), null, letter.timestamp(), null, letter.value(), letter.headers())
        : letter;
  }

  /** Whether whoever had the partition before may have begun the command. */
  private boolean mayBeRepeated(ConsumerRecord<String, byte[]> record) {
    Long since = assignedMs.get(record.partition());
    return since == null || record.timestamp() < since + CLOCK_SKEW_MS;
  }

  private void commit() {
    Map<Integer, Long> news = progress.news();
    if (news.isEmpty()) {
      return;
    }
    Failpoint.pass("cluster.commit.before");
    consumer.commitAsync(
        positions(news),
        (done, problem) -> {
          if (problem == null) {
            Failpoint.pass("cluster.commit.after");
          } else {
            log.atWarn().setCause(problem).log("Positions were not committed; trying again");
            progress.untold(news.keySet());
          }
        });
  }

  private void commitNow() {
    Map<Integer, Long> news = progress.news();
    if (news.isEmpty()) {
      return;
    }
    try {
      Failpoint.pass("cluster.commit.before");
      consumer.commitSync(positions(news), CLOSE_MAX);
      Failpoint.pass("cluster.commit.after");
    } catch (KafkaException e) {
      // Whoever reads them again finds them done.
      log.atWarn().setCause(e).log("Positions were not committed before the hand-over");
      progress.untold(news.keySet());
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> positions(Map<Integer, Long> news) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    news.forEach(
        (partition, next) ->
            positions.put(new TopicPartition(TOPIC, partition), new OffsetAndMetadata(next)));
    return positions;
  }

  /** Whether commands are being read. Thread-safe. */
  public Optional<String> problem() {
    if (clock.millis() - polledMs > STALLED_AFTER_MS) {
      return Optional.of("commands are not being read");
    }
    return assigned ? Optional.empty() : Optional.of("no partition of commands is assigned");
  }

  /** Leaves what waits to the next reader, commits what is finished and leaves the group. */
  @Override
  public void close() {
    try {
      leave(task -> true);
      commitNow();
    } finally {
      consumer.close();
    }
  }

  private void leave(Predicate<Task> which) {
    if (!ended(lanes.drop(which))) {
      log.atWarn().log("A command still runs while its partition goes to another reader");
    }
  }

  /** Waits for what runs; whoever reads it again meanwhile finds it done or does it too. */
  private boolean ended(CompletableFuture<?> running) {
    if (running.isDone() || handOver.isZero()) {
      return running.isDone();
    }
    try {
      running.get(handOver.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Expected the end of a command not to fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Lets others have partitions only after nothing of them runs here. */
  private final class Partitions implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      long now = clock.millis();
      partitions.forEach(partition -> assignedMs.put(partition.partition(), now));
      log.atInfo().addKeyValue("partitions", partitions.size()).log("Partitions assigned");
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      Set<Integer> numbers = numbers(partitions);
      leave(task -> numbers.contains(task.partition()));
      commitNow();
      forget(numbers);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      Set<Integer> numbers = numbers(partitions);
      leave(task -> numbers.contains(task.partition()));
      forget(numbers);
    }

    private void forget(Set<Integer> numbers) {
      progress.forget(numbers);
      assignedMs.keySet().removeAll(numbers);
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
      return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }
  }
}
