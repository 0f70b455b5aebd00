package io.vireo.scheduler.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.health.Failpoint;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies each node command to its node's topic, in order. A command may be copied twice after a
 * restart; the executor's fence takes it once. What cannot be copied gets an outcome, so that the
 * scheduler decides anew and no node keeps another waiting. Turns belong to one thread; when the
 * result of one fails, a new object over a new consumer begins at the committed position.
 */
public final class CommandCopies {

  static final int IN_FLIGHT_PER_NODE_MAX = 1000;

  private static final Logger log = LoggerFactory.getLogger(CommandCopies.class);
  private static final String COMPONENT = "dispatcher";

  private final Consumer<String, byte[]> consumer;
  private final Producer<String, byte[]> producer;
  private final InstantSource clock;
  private final NodeTopics.Directory nodes;
  private final Counter copied;
  private final Counter refused;
  private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> taken = new HashMap<>();
  private final Queue<FailedCopy> failed = new ConcurrentLinkedQueue<>();

  private record FailedCopy(NodeCommand command, Throwable error, boolean wasSent) {}

  /** Subscribes; the clients belong to this object from here on. */
  public CommandCopies(
      Consumer<String, byte[]> consumer,
      Producer<String, byte[]> producer,
      InstantSource clock,
      NodeTopics.Directory nodes,
      MeterRegistry registry) {
    this.consumer = consumer;
    this.producer = producer;
    this.clock = clock;
    this.nodes = nodes;
    this.copied = registry.counter("vireo.dispatcher.copied");
    this.refused = registry.counter("vireo.dispatcher.refused");
    consumer.subscribe(List.of(Topics.NODE_COMMANDS.name()));
  }

  /**
   * Takes what is there, waiting at most this long. The result completes when each command of it is
   * copied or is known not to be; the turn after it refuses the latter, and the one after that
   * commits the position. It fails when an outcome or a dead letter could not be written.
   */
  public CompletableFuture<?> turn(Duration wait) {
    List<CompletableFuture<?>> writes = new ArrayList<>();
    if (failed.isEmpty()) {
      commit();
      ConsumerRecords<String, byte[]> records = consumer.poll(wait);
      for (ConsumerRecord<String, byte[]> record : records) {
        writes.add(take(record));
        taken.put(
            new TopicPartition(record.topic(), record.partition()),
            new OffsetAndMetadata(record.offset() + 1));
      }
      // Also past the marks of transactions, which are no records.
      records
          .nextOffsets()
          .forEach((at, next) -> taken.put(at, new OffsetAndMetadata(next.offset())));
    } else {
      // Not from the producer's callback: a send may wait there for what only that thread fetches.
      for (FailedCopy copy = failed.poll(); copy != null; copy = failed.poll()) {
        writes.add(refuse(copy));
      }
    }
    return CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
  }

  /** Commits the position of the turns that are complete. To be called between turns. */
  void commit() {
    if (taken.isEmpty() || !failed.isEmpty()) {
      return;
    }
    Failpoint.pass("dispatcher.commit.before");
    consumer.commitAsync(
        Map.copyOf(taken),
        (offsets, e) -> {
          if (e != null) {
            log.atWarn().setCause(e).log("A position was not committed; the next one will be");
          }
        });
    Failpoint.pass("dispatcher.commit.after");
    taken.clear();
  }

  private CompletableFuture<?> take(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return deadLetter(record, "NullValue", "Expected a node command, but the value is null");
    }
    NodeCommand command;
    try {
      command = Topics.NODE_COMMANDS.decode(record.value());
    } catch (UndecodableRecordException e) {
      return deadLetter(record, e.reason(), String.valueOf(e.getMessage()));
    }
    Optional<String> topic = nodes.commandsTopic(command.getNode(), command.getNodeUid());
    if (topic.isEmpty()) {
      return refuse(
          command, CommandResult.Refused, "NodeNotEligible", "The node's topics do not exist yet.");
    }
    AtomicInteger waiting =
        inFlight.computeIfAbsent(command.getNode(), node -> new AtomicInteger());
    if (waiting.get() >= IN_FLIGHT_PER_NODE_MAX) {
      return refuse(command, CommandResult.Refused, "QueueFull", "The node's queue is full.");
    }
    waiting.incrementAndGet();
    copied.increment();
    ProducerRecord<String, byte[]> copy =
        new ProducerRecord<>(
            topic.get(), null, clock.millis(), record.key(), record.value(), record.headers());
    CompletableFuture<Void> sent = Acknowledged.send(producer, copy, "dispatcher.copy");
    // A producer that finds no topic to send to says so at once.
    boolean wasSent = !sent.isCompletedExceptionally();
    return sent.handle(
        (done, e) -> {
          waiting.decrementAndGet();
          if (e != null) {
            failed.add(new FailedCopy(command, e, wasSent));
          }
          return command;
        });
  }

  private CompletableFuture<Void> deadLetter(
      ConsumerRecord<String, byte[]> record, String reason, String message) {
    return Acknowledged.send(
        producer,
        DeadLetters.of(record, COMPONENT, reason, message, clock.millis()),
        "dispatcher.deadletter");
  }

  private CompletableFuture<Void> refuse(FailedCopy copy) {
    NodeCommand command = copy.command();
    log.atWarn()
        .setCause(copy.error())
        .addKeyValue("node", command.getNode())
        .addKeyValue("commandId", command.getCommandId())
        .log("A command could not be copied to its node's topic");
    nodes.doubt(command.getNode());
    String why = copy.error().getClass().getSimpleName();
    return !copy.wasSent() || wasNotWritten(copy.error())
        ? refuse(
            command,
            CommandResult.Refused,
            "NodeTopicUnusable",
            "The node's topic does not take it: " + why + ".")
        : refuse(
            command,
            CommandResult.Unknown,
            "CopyNotAcknowledged",
            "The copy to the node's topic was not acknowledged: " + why + ".");
  }

  /** Whether the broker's answer says so; after a timeout the copy may be there. */
  private static boolean wasNotWritten(Throwable error) {
    return error instanceof UnknownTopicOrPartitionException
        || error instanceof InvalidTopicException
        || error instanceof TopicAuthorizationException
        || error instanceof RecordTooLargeException;
  }

  private CompletableFuture<Void> refuse(
      NodeCommand command, CommandResult result, String reason, String message) {
    refused.increment();
    long now = clock.millis();
    Outcome outcome =
        Outcome.newBuilder()
            .setCommandId(command.getCommandId())
            .setVmiUid(command.getVmiUid())
            .setCommandType(command.getBody().getClass().getSimpleName())
            .setResult(result)
            .setReason(reason)
            .setMessage(message)
            .setExecutor(COMPONENT)
            .setNode(command.getNode())
            .setObservedAt(now)
            .build();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.OUTCOMES.name(), null, now, command.getVmiUid(), AvroCodec.encode(outcome));
    CloudEvents.headers(
            command.getCommandId() + "/" + reason,
            CloudEvents.type(Outcome.class),
            COMPONENT,
            command.getNamespace() + "/" + command.getName(),
            now)
        .forEach(record.headers()::add);
    return Acknowledged.send(producer, record, "dispatcher.refuse");
  }
}
