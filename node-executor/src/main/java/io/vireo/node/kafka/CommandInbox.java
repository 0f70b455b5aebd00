package io.vireo.node.kafka;

import io.vireo.node.core.NodeCommandData;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.NodeCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes this node's commands in order. The position moves only past commands whose acceptance is on
 * disk, or whose refusal is on record. No group: the node is the only reader of its topic.
 *
 * <p>Turns come from one thread at a time, each after the future of the one before is done.
 */
public final class CommandInbox {

  private static final Logger log = LoggerFactory.getLogger(CommandInbox.class);
  private static final long CHECK_TOPIC_MS = 30_000;

  private final Topic<NodeCommand> topic;
  private final TopicPartition partition;
  private final Consumer<String, byte[]> consumer;
  private final TopicIds topicIds;
  private final Position position;
  private final Function<NodeCommandData, CompletableFuture<Void>> accept;
  private final ReportOutbox reports;
  private final InstantSource clock;
  private volatile @Nullable String topicId;
  private @Nullable Batch batch;
  private boolean assigned;
  private long checkedAtMs;
  private volatile @Nullable String problem = "the command topic was not read yet";

  /** What one turn read. */
  private record Batch(String topicId, long next, CompletableFuture<?> taken) {}

  /**
   * @param accept takes a command; completes once it is on disk, or refused on record
   */
  public CommandInbox(
      String node,
      Consumer<String, byte[]> consumer,
      TopicIds topicIds,
      Position position,
      Function<NodeCommandData, CompletableFuture<Void>> accept,
      ReportOutbox reports,
      InstantSource clock) {
    this.topic = Topics.nodeCommands(node);
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer = consumer;
    this.topicIds = topicIds;
    this.position = position;
    this.accept = accept;
    this.reports = reports;
    this.clock = clock;
  }

  /** What keeps it from reading, if anything. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /**
   * Stores the position that the turn before has earned, then reads once. After a failure, of the
   * call or of its future, the next turn begins again at the position that is stored.
   *
   * @return done once everything that was read is on disk or refused on record
   * @throws IOException if the position cannot be read or written
   */
  public CompletableFuture<?> turn(Duration wait) throws IOException {
    try {
      return read(wait);
    } catch (IOException | RuntimeException e) {
      again(e);
      throw e;
    }
  }

  private CompletableFuture<?> read(Duration wait) throws IOException {
    storePosition();
    String id = topicId;
    if (id == null) {
      assigned = false;
      checkedAtMs = clock.millis();
      return topicIds.idOf(topic.name()).thenAccept(found -> topicId = found);
    }
    if (!assigned) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, position.load(id));
      assigned = true;
    }
    if (reports.isFull()) {
      // Each command has an end to tell, for which there is no room.
      return reports.room();
    }
    List<CompletableFuture<?>> taken = new ArrayList<>();
    long next = -1;
    for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
      taken.add(take(record));
      next = record.offset() + 1;
    }
    problem = null;
    if (clock.millis() - checkedAtMs >= CHECK_TOPIC_MS) {
      checkedAtMs = clock.millis();
      taken.add(sameTopic(id));
    }
    CompletableFuture<?> all = CompletableFuture.allOf(taken.toArray(CompletableFuture[]::new));
    batch = next < 0 ? null : new Batch(id, next, all);
    storePosition();
    return all;
  }

  /** A topic that was made again begins anew, although its offsets may go on. */
  private CompletableFuture<?> sameTopic(String id) {
    return topicIds
        .idOf(topic.name())
        .handle(
            (found, error) -> {
              if (error == null && !found.equals(id)) {
                topicId = null;
              }
              return null;
            });
  }

  private void storePosition() throws IOException {
    Batch done = batch;
    if (done == null) {
      return;
    }
    if (done.taken().isCompletedExceptionally()) {
      batch = null;
      again(done.taken().exceptionNow());
    } else if (mayStore(done.taken())) {
      position.store(done.topicId(), done.next());
      batch = null;
    }
  }

  /** Whether the position may move past these commands: all of them are on disk or on record. */
  private static boolean mayStore(CompletableFuture<?> taken) {
    return taken.isDone() && !taken.isCompletedExceptionally();
  }

  private void again(Throwable cause) {
    problem = "the command topic cannot be read: " + cause.getMessage();
    topicId = null;
    batch = null;
  }

  private CompletableFuture<?> take(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return unusable(record, "NullValue", "Expected a command, but the value is null");
    }
    NodeCommandData command;
    try {
      command = CommandCodec.of(topic.decode(record.value()));
    } catch (UndecodableRecordException e) {
      return unusable(record, e.reason(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return unusable(record, "InvalidCommand", String.valueOf(e.getMessage()));
    }
    return accept.apply(command).exceptionallyCompose(error -> notTaken(record, error));
  }

  /** A disk that cannot be written is tried again; a command that breaks a rule's code is not. */
  private CompletableFuture<Void> notTaken(ConsumerRecord<String, byte[]> record, Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof UncheckedIOException) {
      return CompletableFuture.failedFuture(cause);
    }
    log.atError().setCause(cause).addKeyValue("offset", record.offset()).log("Not processed");
    return unusable(record, "NotProcessed", String.valueOf(cause.getMessage()));
  }

  private CompletableFuture<Void> unusable(
      ConsumerRecord<String, byte[]> record, String reason, String message) {
    return reports.unusable(record, reason, message, clock.millis());
  }
}
