package io.vireo.ingest.kafka;

import io.vireo.health.Failpoint;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.Origin;
import io.vireo.ingest.core.ReportCheck;
import io.vireo.schemas.CanonicalJson;
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
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the ends of VMIs, which nodes are eligible, and the reports of those nodes. Reports wait
 * until {@link #takeReports()}: before the lists of nodes and pods it is not known which Node
 * object a name means, and what a node may speak of. One thread takes the turns.
 */
public final class Inbox {

  private static final Logger log = LoggerFactory.getLogger(Inbox.class);
  private static final String COMPONENT = "ingest";
  private static final long DENIED_RETRY_MS = 30_000;
  private static final TopicPartition INCARNATIONS =
      new TopicPartition(Topics.INGEST_INCARNATION.name(), 0);
  private static final TopicPartition REQUESTS = new TopicPartition(Topics.NODE_REQUESTS.name(), 0);

  private final Consumer<String, byte[]> consumer;
  private final Outbox outbox;
  private final Map<TopicPartition, Long> written;
  private final java.util.function.Consumer<Delivery> sink;
  private final InstantSource clock;
  private final Map<TopicPartition, Long> toCommit = new ConcurrentHashMap<>();

  /**
   * Up to where ends of VMIs were handed over, and how far beyond there is no more to hand over.
   */
  private final Map<TopicPartition, Long> handedOver = new HashMap<>();

  private final Map<TopicPartition, Long> passed = new HashMap<>();
  private final Map<String, String> nodeOfTopic = new HashMap<>();

  /** Topics of nodes that Kafka does not let it read, and until when it does not ask again. */
  private final Map<String, Long> deniedUntilMs = new HashMap<>();

  private final Set<TopicPartition> always = new HashSet<>();
  private final Map<TopicPartition, Long> beginsAt = new HashMap<>();

  /** Requests that stood there at the start; taken together, since some may be read again. */
  private final List<Input.NodeRequest> backlog = new ArrayList<>();

  private @Nullable Long backlogEnd;
  private boolean backlogTaken;
  private volatile boolean takesReports;

  /**
   * Reads nothing yet.
   *
   * @param consumer without any reset of positions; is assigned its partitions here
   * @param outbox takes the dead letters
   * @param written where to read on in the topics that ingest writes, to see who else does
   * @param sink takes what was read, in the order of each partition; may block
   */
  public Inbox(
      Consumer<String, byte[]> consumer,
      Outbox outbox,
      Map<TopicPartition, Long> written,
      InstantSource clock,
      java.util.function.Consumer<Delivery> sink) {
    this.consumer = consumer;
    this.outbox = outbox;
    this.written = Map.copyOf(written);
    this.clock = clock;
    this.sink = sink;
  }

  /** From now on reports are read as well. Thread-safe. */
  public void takeReports() {
    takesReports = true;
  }

  /** Reading begins at these positions after a new start. Thread-safe. */
  public void commit(Map<TopicPartition, Long> positions) {
    toCommit.putAll(positions);
  }

  /**
   * Commits what may be committed, polls once and hands over what was read.
   *
   * @param wait how long to wait for a record
   */
  public void turn(Duration wait) {
    if (always.isEmpty()) {
      begin();
    }
    commit();
    Set<TopicPartition> wanted = new HashSet<>(always);
    if (takesReports) {
      wanted.add(REQUESTS);
      nodeOfTopic.keySet().stream()
          .filter(topic -> !isDenied(topic))
          .forEach(topic -> wanted.add(new TopicPartition(topic, 0)));
    }
    if (!wanted.equals(consumer.assignment())) {
      consumer.assign(wanted);
    }
    ConsumerRecords<String, byte[]> records = poll(wait);
    records.forEach(this::take);
    records.nextOffsets().forEach((partition, next) -> pass(partition, next.offset()));
    takeRequests();
  }

  private ConsumerRecords<String, byte[]> poll(Duration wait) {
    try {
      return consumer.poll(wait);
    } catch (NoOffsetForPartitionException e) {
      // Never committed: the first record says whether there were any before it.
      e.partitions().forEach(partition -> beginsAt.put(partition, 0L));
      consumer.seekToBeginning(e.partitions());
    } catch (OffsetOutOfRangeException e) {
      e.offsetOutOfRangePartitions().forEach(this::lost);
      consumer.seekToBeginning(e.offsetOutOfRangePartitions().keySet());
    } catch (TopicAuthorizationException e) {
      denied(e);
    }
    return ConsumerRecords.empty();
  }

  private boolean isDenied(String topic) {
    return deniedUntilMs.getOrDefault(topic, 0L) > clock.millis();
  }

  /** A right that is missing for one node must not stop the others; its reports wait. */
  private void denied(TopicAuthorizationException e) {
    Set<String> topics = e.unauthorizedTopics();
    if (topics.isEmpty() || !nodeOfTopic.keySet().containsAll(topics)) {
      throw e;
    }
    for (String topic : topics) {
      deniedUntilMs.put(topic, clock.millis() + DENIED_RETRY_MS);
      log.atError()
          .addKeyValue("topic", topic)
          .addKeyValue("node", nodeOfTopic.get(topic))
          .log("Kafka does not let ingest read a node's reports; grant it the right to");
    }
  }

  /**
   * Retention passed this reader, or the topic was made anew. When that is a topic of ingest's own,
   * what the books hold as written is lost with it: only a new start mends that.
   */
  private void lost(TopicPartition partition, long position) {
    if (partition.equals(INCARNATIONS) || written.containsKey(partition)) {
      throw new IllegalStateException(
          "Expected "
              + partition
              + " to hold what this start wrote, but it ends before offset "
              + position
              + ": it is another topic");
    }
    if (!partition.topic().equals(Topics.NODE_ELIGIBLE.name())) {
      lost(partition, "what stood from offset " + position + " on is not there any more");
    }
  }

  private void lost(TopicPartition partition, String what) {
    String node = nodeOfTopic.get(partition.topic());
    String whose = node == null ? partition.toString() : node;
    String subject = node == null ? "Topic " + partition : "Node " + node + ", all sessions";
    sink.accept(Delivery.of(new Input.Lost(whose, subject + ": " + what)));
  }

  private void checkBeginning(ConsumerRecord<String, byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    Long expected = beginsAt.remove(partition);
    if (expected != null && record.offset() > expected) {
      lost(
          partition,
          "offsets "
              + expected
              + " to "
              + (record.offset() - 1)
              + " were deleted before they were read");
    }
  }

  /** The mark of a transaction takes a place in the topic and is no record. */
  private void pass(TopicPartition partition, long next) {
    if (!partition.topic().equals(Topics.VMI_ENDED.name())) {
      return;
    }
    passed.put(partition, next);
    if (!handedOver.containsKey(partition)) {
      toCommit.put(partition, next);
    }
  }

  /** Beyond the last record that was handed over, once all that follows from it is written. */
  private long withMarks(TopicPartition partition, long next) {
    if (next < handedOver.getOrDefault(partition, 0L)) {
      return next;
    }
    handedOver.remove(partition);
    return Math.max(next, passed.getOrDefault(partition, 0L));
  }

  /** Commits a last time; no turn follows. */
  public void finish() {
    commit();
  }

  private void begin() {
    List<TopicPartition> eligible = partitions(Topics.NODE_ELIGIBLE.name());
    always.addAll(partitions(Topics.VMI_ENDED.name()));
    always.addAll(eligible);
    always.addAll(written.keySet());
    always.add(INCARNATIONS);
    consumer.assign(always);
    written.forEach(consumer::seek);
    consumer.seek(INCARNATIONS, outbox.place() + 1);
    // Compacted: all of it says which nodes there are, at each start.
    consumer.seekToBeginning(eligible);
    // All ends that are kept: what another start wrote late may be of a VMI that has ended.
    consumer.seekToBeginning(partitions(Topics.VMI_ENDED.name()));
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
              // To commit takes the right to read: it would fail, with all others, each time.
              Long next = isDenied(partition.topic()) ? null : toCommit.remove(partition);
              if (next != null) {
                positions.put(partition, new OffsetAndMetadata(withMarks(partition, next)));
              }
            });
    if (positions.isEmpty()) {
      return;
    }
    Failpoint.pass("ingest.commit.before");
    consumer.commitAsync(
        positions,
        (done, problem) -> {
          Failpoint.pass("ingest.commit.after");
          if (problem != null) {
            positions.forEach((partition, next) -> toCommit.putIfAbsent(partition, next.offset()));
            log.atWarn()
                .setCause(problem)
                .log("Positions were not committed; the next commit will");
          }
        });
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    checkBeginning(record);
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    if (partition.equals(INCARNATIONS)) {
      checkNewest(record.offset());
      return;
    }
    if (written.containsKey(partition)) {
      checkWriter(record);
      return;
    }
    try {
      if (record.topic().equals(Topics.NODE_ELIGIBLE.name())) {
        takeEligible(record);
      } else if (record.topic().equals(Topics.VMI_ENDED.name())) {
        handedOver.put(partition, record.offset() + 1);
        deliver(record, FromAvro.ended(Topics.VMI_ENDED.decode(record.value())));
      } else if (record.topic().equals(Topics.NODE_REQUESTS.name())) {
        takeRequest(record);
      } else {
        takeReport(record);
      }
    } catch (UndecodableRecordException e) {
      discard(record, e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private void checkNewest(long place) {
    if (place > outbox.place()) {
      throw new IllegalStateException(
          "Expected to be the newest start of ingest, at offset "
              + outbox.place()
              + ", but the one at offset "
              + place
              + " has begun");
    }
  }

  /** An earlier start that still writes leaves old values behind as the newest of their keys. */
  private void checkWriter(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null || record.value() == null) {
      // A tombstone follows only from a proven end, which is the same for all.
      return;
    }
    try {
      Written found = Written.read(record);
      if (found.incarnation() < outbox.incarnation()) {
        log.atWarn()
            .addKeyValue("topic", record.topic())
            .addKeyValue("partition", record.partition())
            .addKeyValue("offset", record.offset())
            .addKeyValue("incarnation", found.incarnation())
            .log("An earlier start of ingest still writes; its value is written over");
        found.overwrites().ifPresent(input -> sink.accept(Delivery.of(input)));
      }
    } catch (UndecodableRecordException e) {
      log.atWarn()
          .addKeyValue("topic", record.topic())
          .addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset())
          .addKeyValue("reason", e.reason())
          .log("A record in a topic of our own cannot be read");
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
    Input.Reported reported = FromAvro.report(node, report, origin(record));
    Optional<String> problem = ReportCheck.problem(reported, report.getNode(), clock.millis());
    if (problem.isPresent()) {
      discard(record, "ReportRefused", problem.get());
    } else {
      deliver(record, reported);
    }
  }

  private void takeRequest(ConsumerRecord<String, byte[]> record)
      throws UndecodableRecordException {
    Input.NodeRequest request =
        FromAvro.request(Topics.NODE_REQUESTS.decode(record.value()), origin(record));
    if (backlogTaken) {
      deliver(record, new Input.NodesRequested(List.of(request)));
    } else {
      backlog.add(request);
    }
  }

  /** Hands over the backlog once all of it is read. */
  private void takeRequests() {
    if (backlogTaken || !consumer.assignment().contains(REQUESTS)) {
      return;
    }
    long position;
    try {
      if (backlogEnd == null) {
        backlogEnd = consumer.endOffsets(List.of(REQUESTS)).get(REQUESTS);
      }
      position = consumer.position(REQUESTS);
    } catch (NoOffsetForPartitionException | TimeoutException | TopicAuthorizationException e) {
      // The next turn polls, and asks again.
      return;
    }
    if (backlogEnd == null || position < backlogEnd) {
      return;
    }
    backlogTaken = true;
    sink.accept(
        new Delivery(new Input.NodesRequested(backlog), new Delivery.Position(REQUESTS, position)));
    backlog.clear();
  }

  private static Origin origin(ConsumerRecord<String, byte[]> record) {
    byte[] value = record.value() == null ? new byte[0] : record.value();
    return new Origin(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        CanonicalJson.sha256(value),
        value.length);
  }

  private void discard(ConsumerRecord<String, byte[]> record, String reason, String message) {
    log.atWarn()
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("reason", reason)
        .log("Record cannot be used");
    outbox.send(DeadLetters.of(record, COMPONENT, reason, message, clock.millis()));
    if (backlogTaken || !record.topic().equals(Topics.NODE_REQUESTS.name())) {
      sink.accept(new Delivery(null, position(record)));
    }
  }

  private void deliver(ConsumerRecord<String, byte[]> record, Input input) {
    sink.accept(new Delivery(input, position(record)));
  }

  private static Delivery.Position position(ConsumerRecord<String, byte[]> record) {
    return new Delivery.Position(
        new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
  }
}
