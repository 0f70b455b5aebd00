package io.vireo.node.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.node.core.NodeCommandData;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.NodeCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes this node's commands in order. The position moves only past commands that are on disk or
 * refused on record. No group: the node is the only reader of its topic.
 */
public final class CommandInbox implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CommandInbox.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long RETRY_MS = 500;
  private static final long ADMIN_TIMEOUT_SECONDS = 10;

  private final String node;
  private final Map<String, Object> kafka;
  private final Position position;
  private final Function<NodeCommandData, CompletableFuture<Void>> accept;
  private final ReportOutbox reports;
  private final MeterRegistry registry;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile @Nullable String problem = "the command topic was not read yet";

  /**
   * Starts reading.
   *
   * @param accept takes a command; completes once it is on disk
   */
  public CommandInbox(
      String node,
      String bootstrapServers,
      Path stateDir,
      Function<NodeCommandData, CompletableFuture<Void>> accept,
      ReportOutbox reports,
      MeterRegistry registry) {
    this.node = node;
    this.kafka = Map.of("bootstrap.servers", bootstrapServers);
    this.position = new Position(stateDir.resolve("position"));
    this.accept = accept;
    this.reports = reports;
    this.registry = registry;
    this.thread = Thread.ofVirtual().name("commands").start(this::run);
  }

  /** What keeps it from reading, if anything. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void run() {
    while (!stopping) {
      try {
        follow();
      } catch (InterruptedException e) {
        return;
      } catch (ExecutionException | TimeoutException | IOException | RuntimeException e) {
        problem = "the command topic cannot be read: " + e.getMessage();
        boolean expected =
            e instanceof ExecutionException
                && e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!expected) {
          log.atWarn().setCause(e).log("The command topic is read again");
        }
        try {
          Thread.sleep(RETRY_MS);
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  private void follow()
      throws InterruptedException, ExecutionException, TimeoutException, IOException {
    Topic<NodeCommand> topic = Topics.nodeCommands(node);
    String topicId = topicId(topic.name());
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    try (Consumer<String, byte[]> consumer =
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        KafkaClientMetrics metrics = new KafkaClientMetrics(consumer)) {
      metrics.bindTo(registry);
      consumer.assign(List.of(partition));
      consumer.seek(partition, position.load(topicId));
      while (!stopping) {
        List<CompletableFuture<Void>> taken = new ArrayList<>();
        long next = -1;
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          taken.add(take(topic, record));
          next = record.offset() + 1;
        }
        problem = null;
        for (CompletableFuture<Void> future : taken) {
          future.get();
        }
        if (next >= 0) {
          position.store(topicId, next);
        }
      }
    }
  }

  private String topicId(String topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    try (Admin admin = Admin.create(kafka)) {
      TopicDescription description =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(ADMIN_TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .get(topic);
      return Objects.requireNonNull(description, topic).topicId().toString();
    }
  }

  private CompletableFuture<Void> take(
      Topic<NodeCommand> topic, ConsumerRecord<String, byte[]> record) {
    long now = System.currentTimeMillis();
    try {
      return accept.apply(CommandCodec.of(topic.decode(record.value())));
    } catch (UndecodableRecordException e) {
      return reports.deadLetter(
          DeadLetters.of(record, "node/" + node, e.reason(), String.valueOf(e.getMessage()), now));
    } catch (IllegalArgumentException e) {
      return reports.deadLetter(
          DeadLetters.of(
              record, "node/" + node, "InvalidCommand", String.valueOf(e.getMessage()), now));
    }
  }

  @Override
  public void close() {
    stopping = true;
    try {
      if (!thread.join(Duration.ofSeconds(2))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
