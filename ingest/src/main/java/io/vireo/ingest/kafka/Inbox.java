package io.vireo.ingest.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.ReportCheck;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.NodeEligible;
import io.vireo.schemas.avro.NodeReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the ends of VMIs, which nodes are eligible, and the reports of those nodes, on one thread
 * of its own. Reports wait until {@link #takeReports()}: before the list of nodes it is not known
 * which Node object a name means.
 */
public final class Inbox implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Inbox.class);
  private static final String COMPONENT = "ingest";
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<String, byte[]> consumer;
  private final KafkaClientMetrics metrics;
  private final Outbox outbox;
  private final Consumer<Delivery> sink;
  private final InstantSource clock;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final Map<TopicPartition, Long> toCommit = new ConcurrentHashMap<>();
  private final Map<String, String> nodeOfTopic = new HashMap<>();
  private final Thread thread;
  private volatile boolean takesReports;
  private volatile boolean closing;

  private Inbox(
      String bootstrapServers,
      Outbox outbox,
      MeterRegistry registry,
      InstantSource clock,
      Consumer<Delivery> sink) {
    this.outbox = outbox;
    this.sink = sink;
    this.clock = clock;
    consumer = new KafkaConsumer<>(KafkaSettings.consumer(bootstrapServers));
    metrics = new KafkaClientMetrics(consumer);
    metrics.bindTo(registry);
    thread = Thread.ofPlatform().name("ingest-inbox").unstarted(this::run);
  }

  /**
   * Starts to read.
   *
   * @param outbox takes the dead letters
   * @param sink takes what was read, in the order of each partition; may block
   */
  public static Inbox start(
      String bootstrapServers,
      Outbox outbox,
      MeterRegistry registry,
      InstantSource clock,
      Consumer<Delivery> sink) {
    Inbox inbox = new Inbox(bootstrapServers, outbox, registry, clock, sink);
    inbox.thread.start();
    return inbox;
  }

  /** From now on reports are read as well. */
  public void takeReports() {
    takesReports = true;
  }

  /** Reading begins at these positions after a new start. */
  public void commit(Map<TopicPartition, Long> positions) {
    toCommit.putAll(positions);
  }

  /** Completes when reading ended by a failure. */
  public CompletableFuture<Throwable> failure() {
    return failure;
  }

  private void run() {
    try (consumer) {
      Set<TopicPartition> assigned = new HashSet<>();
      List<TopicPartition> eligible = partitions(Topics.NODE_ELIGIBLE.name());
      assigned.addAll(partitions(Topics.VMI_ENDED.name()));
      assigned.addAll(eligible);
      consumer.assign(assigned);
      // Compacted: all of it says which nodes there are, at each start.
      consumer.seekToBeginning(eligible);
      while (!closing) {
        Set<TopicPartition> wanted = new HashSet<>(assigned);
        if (takesReports) {
          nodeOfTopic.keySet().forEach(topic -> wanted.add(new TopicPartition(topic, 0)));
        }
        if (!wanted.equals(consumer.assignment())) {
          consumer.assign(wanted);
        }
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
        commit();
      }
      commit();
    } catch (RuntimeException e) {
      if (!closing) {
        failure.complete(e);
      }
    }
  }

  private List<TopicPartition> partitions(String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    new ArrayList<>(toCommit.keySet())
        .forEach(
            partition -> {
              Long next = toCommit.remove(partition);
              if (next != null) {
                positions.put(partition, new OffsetAndMetadata(next));
              }
            });
    if (positions.isEmpty()) {
      return;
    }
    consumer.commitAsync(
        positions,
        (done, problem) -> {
          if (problem != null) {
            log.atWarn()
                .setCause(problem)
                .log("Positions were not committed; the next commit will");
          }
        });
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    try {
      if (record.topic().equals(Topics.NODE_ELIGIBLE.name())) {
        takeEligible(record);
      } else if (record.topic().equals(Topics.VMI_ENDED.name())) {
        deliver(record, new Input.VmiEnded(Topics.VMI_ENDED.decode(record.value()).getVmiUid()));
      } else {
        takeReport(record);
      }
    } catch (UndecodableRecordException e) {
      discard(record, e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private void takeEligible(ConsumerRecord<String, byte[]> record)
      throws UndecodableRecordException {
    if (record.value() == null) {
      nodeOfTopic.values().removeIf(node -> node.equals(record.key()));
      return;
    }
    NodeEligible eligible = Topics.NODE_ELIGIBLE.decode(record.value());
    String topic;
    try {
      topic = Topics.nodeReports(eligible.getNode()).name();
    } catch (IllegalArgumentException e) {
      discard(record, "InvalidNode", "Expected the name of a node");
      return;
    }
    nodeOfTopic.put(topic, eligible.getNode());
    sink.accept(Delivery.of(new Input.NodeTopicsReady(eligible.getNode(), eligible.getNodeUid())));
  }

  private void takeReport(ConsumerRecord<String, byte[]> record) throws UndecodableRecordException {
    String node = nodeOfTopic.get(record.topic());
    if (node == null) {
      return;
    }
    NodeReport report = Topics.nodeReports(node).decode(record.value());
    Input.Reported reported = FromAvro.report(node, report);
    Optional<String> problem = ReportCheck.problem(reported, report.getNode());
    if (problem.isPresent()) {
      discard(record, "ReportRefused", problem.get());
    } else {
      deliver(record, reported);
    }
  }

  private void discard(ConsumerRecord<String, byte[]> record, String reason, String message) {
    log.atWarn()
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("reason", reason)
        .log("Record cannot be used");
    outbox.send(DeadLetters.of(record, COMPONENT, reason, message, clock.millis()));
    sink.accept(new Delivery(null, position(record)));
  }

  private void deliver(ConsumerRecord<String, byte[]> record, Input input) {
    sink.accept(new Delivery(input, position(record)));
  }

  private static Delivery.Position position(ConsumerRecord<String, byte[]> record) {
    return new Delivery.Position(
        new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
  }

  /** Stops reading. Idempotent. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!thread.join(Duration.ofSeconds(2))) {
        // It waits for a full queue that nobody empties any more.
        thread.interrupt();
        thread.join(Duration.ofSeconds(8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    metrics.close();
  }
}
