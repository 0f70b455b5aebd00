package io.vireo.ingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.containers.TestKafka;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.Intake;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.Output;
import io.vireo.ingest.core.VmiRef;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topic;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.Heartbeat;
import io.vireo.schemas.avro.NodeEligible;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.VmiEnded;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What fakes of Kafka's clients cannot show: how a broker answers, and that it may not. */
class RealBrokerIT {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PARTITIONS = 3;
  private static final String NODE = "n1";
  private static final TopicPartition REPORTS =
      new TopicPartition(Topics.nodeReports(NODE).name(), 0);

  private static TestKafka kafka;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private KafkaConnection connection;
  private Admin admin;

  /** A start of ingest as far as Kafka sees it. */
  private record Start(Outbox outbox, Past past, Inbox inbox, List<Delivery> deliveries) {}

  @AfterAll
  static void stopBroker() {
    if (kafka != null) {
      kafka.close();
    }
  }

  @BeforeEach
  void makeTopics() throws Exception {
    // Not once before all: a test that is skipped there is in no report.
    if (kafka == null) {
      kafka = TestKafka.start();
    }
    connection = KafkaConnection.plaintext(kafka.bootstrapServers());
    admin = opened(Admin.create(KafkaSettings.admin(connection)));
    List<Topic<?>> topics = new ArrayList<>(Topics.all());
    topics.add(Topics.nodeReports(NODE));
    TopicCreation.ensure(admin, topics, PARTITIONS, (short) 1);
    TopicCreation.awaitAll(admin, topics, PATIENCE);
  }

  /** Each test has a log of its own. */
  @AfterEach
  void removeTopics() throws Exception {
    if (admin == null) {
      return;
    }
    try {
      admin.deleteTopics(admin.listTopics().names().get()).all().get();
      await("no topic is left", () -> names().isEmpty());
    } finally {
      for (AutoCloseable each : opened.reversed()) {
        each.close();
      }
    }
  }

  private List<String> names() {
    try {
      return List.copyOf(admin.listTopics().names().get());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.add(part);
    return part;
  }

  private Producer<String, byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(KafkaSettings.producer(connection));
    settings.putAll(more);
    return opened(new KafkaProducer<>(settings));
  }

  private Start start(Producer<String, byte[]> producer) throws Exception {
    long nowMs = System.currentTimeMillis();
    Outbox first =
        Outbox.open(producer, UUID.randomUUID().toString(), new SimpleMeterRegistry(), nowMs)
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    Past past;
    try (KafkaConsumer<String, byte[]> reader =
        new KafkaConsumer<>(KafkaSettings.consumer(connection))) {
      past = Past.read(reader, PATIENCE);
    }
    Outbox outbox = first.since(past);
    KafkaConsumer<String, byte[]> consumer =
        opened(new KafkaConsumer<>(KafkaSettings.consumer(connection)));
    List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    Inbox inbox = new Inbox(consumer, outbox, past.ends(), InstantSource.system(), deliveries::add);
    return new Start(outbox, past, inbox, deliveries);
  }

  private Start start() throws Exception {
    return start(producer(Map.of()));
  }

  private static void await(String what, BooleanSupplier fact) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!fact.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Expected that " + what + " within " + PATIENCE);
      }
      Thread.sleep(20);
    }
  }

  /** Gives turns until the deliveries hold what is wanted. */
  private static void turnUntil(Start start, String what, BooleanSupplier fact)
      throws InterruptedException {
    await(
        what,
        () -> {
          start.inbox().turn(POLL);
          return fact.getAsBoolean();
        });
  }

  private static Output removed(String uid) {
    return new Output.VmiRemoved(new VmiRef(uid, "ns", "vm-" + uid));
  }

  private static void written(Outbox outbox) throws Exception {
    outbox.allWritten().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** What a core that knows this past writes after lists without anything in them. */
  private static List<Output> writtenAnew(Past past) {
    long nowMs = System.currentTimeMillis();
    Intake intake = new Intake(10_000, 40_000);
    past.restore(intake, nowMs);
    List<Output> outputs = new ArrayList<>();
    for (ListKind kind : ListKind.values()) {
      outputs.addAll(intake.apply(new Input.ListEnded(kind), nowMs));
    }
    outputs.removeIf(output -> output instanceof Output.ListCompleted);
    return outputs;
  }

  @Test
  void shouldEndTheStartThatIsNotTheNewest() throws Exception {
    Start earlier = start();
    earlier.inbox().turn(POLL);
    Start later = start();

    assertThat(later.outbox().incarnation()).isGreaterThan(earlier.outbox().incarnation());
    assertThatThrownBy(() -> turnUntil(earlier, "it sees the later start", () -> false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the one at offset " + later.outbox().place() + " has begun");
    later.inbox().turn(POLL);
  }

  @Test
  void shouldWriteNothingAgainThatTheLogHolds() throws Exception {
    Start first = start();
    long nowMs = System.currentTimeMillis();
    for (int i = 0; i < 50; i++) {
      first.outbox().write(removed("u" + i), nowMs);
    }
    first.outbox().write(new Output.ListCompleted(ListKind.VMI), nowMs);
    written(first.outbox());

    assertThat(writtenAnew(start().past())).isEmpty();
  }

  /** It was superseded while its record was on the way: no fence of the broker's keeps it out. */
  @Test
  void shouldWriteOverWhatAnEarlierStartWroteLate() throws Exception {
    Start earlier = start();
    Start later = start();
    long nowMs = System.currentTimeMillis();
    later.outbox().write(new Output.ListCompleted(ListKind.VMI), nowMs);
    written(later.outbox());
    earlier.outbox().write(removed("u1"), nowMs);
    written(earlier.outbox());

    turnUntil(
        later,
        "the late record is seen",
        () ->
            later.deliveries().stream()
                .anyMatch(
                    each ->
                        each.input() instanceof Input.Overwritten over && over.key().equals("u1")));
    assertThat(writtenAnew(start().past())).containsExactly(removed("u1"));
  }

  /**
   * Requests time out and are sent again while the broker holds the first ones: each record is
   * there once and in order all the same, since the producer is idempotent.
   */
  @Test
  void shouldLoseAndDoubleNothingWhileTheBrokerHangs() throws Exception {
    Start start = start(producer(Map.of(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_000)));
    start.outbox().write(removed("before"), 1);
    written(start.outbox());
    int count = 500;
    CompletableFuture<Void> all;
    kafka.pause();
    try {
      for (int i = 0; i < count; i++) {
        start.outbox().write(removed("u" + i % 7), i);
      }
      all = start.outbox().allWritten();
      Thread.sleep(6_000);
      assertThat(all).isNotDone();
    } finally {
      kafka.resume();
    }
    all.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    assertThat(start.outbox().failure()).isNotDone();
    Map<String, List<Long>> times = timesByKey(Topics.VMI_DESIRED);
    assertThat(times.remove("before")).hasSize(1);
    assertThat(times.values().stream().mapToInt(List::size).sum()).isEqualTo(count);
    assertThat(times.values())
        .allSatisfy(each -> assertThat(each).isSorted().doesNotHaveDuplicates());
    start.inbox().turn(POLL);
  }

  private Map<String, List<Long>> timesByKey(Topic<?> topic) {
    Map<String, List<Long>> times = new HashMap<>();
    try (KafkaConsumer<String, byte[]> reader =
        new KafkaConsumer<>(KafkaSettings.consumer(connection))) {
      List<TopicPartition> partitions =
          reader.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> reader.position(each) < ends.get(each))) {
        reader
            .poll(POLL)
            .forEach(
                record ->
                    times
                        .computeIfAbsent(record.key(), key -> new ArrayList<>())
                        .add(record.timestamp()));
      }
    }
    return times;
  }

  @Test
  void shouldTakeOnlyEndsThatAreCommittedAndReadOnBehindTheirMarks() throws Exception {
    Producer<String, byte[]> scheduler =
        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "scheduler-of-this-test"));
    scheduler.initTransactions();
    scheduler.beginTransaction();
    scheduler.send(ended("aborted"));
    scheduler.flush();
    scheduler.abortTransaction();
    scheduler.beginTransaction();
    scheduler.send(ended("committed"));
    scheduler.commitTransaction();

    Start start = start();
    turnUntil(start, "an end was read", () -> !start.deliveries().isEmpty());
    start.inbox().turn(POLL);
    assertThat(start.deliveries())
        .extracting(Delivery::input)
        .containsExactly(new Input.VmiEnded("committed"));
    Delivery.Position position = start.deliveries().getFirst().position();
    start.inbox().commit(Map.of(position.partition(), position.nextOffset()));
    try (KafkaConsumer<String, byte[]> other =
        new KafkaConsumer<>(KafkaSettings.consumer(connection))) {
      long end = other.endOffsets(List.of(position.partition())).get(position.partition());
      assertThat(end).as("a mark follows the record").isGreaterThan(position.nextOffset());
      turnUntil(
          start,
          "the position is behind the mark",
          () -> {
            OffsetAndMetadata committed =
                other.committed(Set.of(position.partition())).get(position.partition());
            return committed != null && committed.offset() == end;
          });
    }
  }

  private static ProducerRecord<String, byte[]> ended(String uid) {
    // One partition, so that the marks of both transactions lie around one record.
    return new ProducerRecord<>(
        Topics.VMI_ENDED.name(),
        0,
        uid,
        AvroCodec.encode(new VmiEnded(uid, "ns", "vm", "shutdown", 1L, "VirtualMachineInstance")));
  }

  @Test
  void shouldPutReportsOnTheRecordThatRetentionTook() throws Exception {
    Producer<String, byte[]> others = producer(Map.of());
    for (long number = 1; number <= 5; number++) {
      send(others, REPORTS.topic(), heartbeat(number));
    }
    admin.deleteRecords(Map.of(REPORTS, RecordsToDelete.beforeOffset(3))).all().get();
    send(
        others,
        Topics.NODE_ELIGIBLE.name(),
        new NodeEligible(NODE, "uid-of-n1", "commands", "reports", 1L));

    Start start = start();
    start.inbox().takeReports();
    turnUntil(
        start,
        "both reports that are left were read",
        () ->
            start.deliveries().stream()
                    .filter(each -> each.input() instanceof Input.Reported)
                    .count()
                == 2);
    assertThat(start.deliveries())
        .extracting(Delivery::input)
        .contains(
            new Input.Lost(
                NODE, "Node n1, all sessions: offsets 0 to 2 were deleted before they were read"));
  }

  private static void send(Producer<String, byte[]> producer, String topic, SpecificRecord value)
      throws Exception {
    producer.send(new ProducerRecord<>(topic, NODE, AvroCodec.encode(value))).get();
  }

  private static NodeReport heartbeat(long number) {
    return NodeReport.newBuilder()
        .setNode(NODE)
        .setSession(1)
        .setSequence(number)
        .setReportedAt(System.currentTimeMillis())
        .setBody(new Heartbeat(0, 0))
        .build();
  }
}
