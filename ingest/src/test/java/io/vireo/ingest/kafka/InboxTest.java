package io.vireo.ingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.ingest.core.Book;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.OwnerRef;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.DomainListComplete;
import io.vireo.schemas.avro.DomainWatchGap;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.Heartbeat;
import io.vireo.schemas.avro.IngestIncarnation;
import io.vireo.schemas.avro.NodeAction;
import io.vireo.schemas.avro.NodeEligible;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.NodeRequest;
import io.vireo.schemas.avro.VmiEnded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InboxTest {

  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);
  private static final TopicPartition ENDED = new TopicPartition(Topics.VMI_ENDED.name(), 0);
  private static final TopicPartition ELIGIBLE = new TopicPartition(Topics.NODE_ELIGIBLE.name(), 0);
  private static final TopicPartition REQUESTS = new TopicPartition(Topics.NODE_REQUESTS.name(), 0);
  private static final TopicPartition REPORTS =
      new TopicPartition(Topics.nodeReports("n1").name(), 0);

  private static final TopicPartition INCARNATIONS =
      new TopicPartition(Topics.INGEST_INCARNATION.name(), 0);
  private static final TopicPartition DOMAINS =
      new TopicPartition(Topics.DOMAIN_OBSERVED.name(), 0);

  /** What a poll without records passed over. */
  private final Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();

  private final MockConsumer<String, byte[]> consumer =
      new MockConsumer<>("none") {
        @Override
        public synchronized ConsumerRecords<String, byte[]> poll(Duration wait) {
          ConsumerRecords<String, byte[]> records = super.poll(wait);
          return records.isEmpty() ? new ConsumerRecords<>(Map.of(), passed) : records;
        }
      };

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final List<Delivery> deliveries = new ArrayList<>();
  private Instant now = NOW;
  private final Inbox inbox =
      new Inbox(consumer, newestOf(3), Map.of(DOMAINS, 5L), () -> now, deliveries::add);

  @BeforeEach
  void topicsExist() {
    Node broker = new Node(0, "localhost", 1);
    for (TopicPartition each : List.of(ENDED, ELIGIBLE)) {
      consumer.updatePartitions(
          each.topic(),
          List.of(
              new PartitionInfo(
                  each.topic(), 0, broker, new Node[] {broker}, new Node[] {broker})));
    }
    for (TopicPartition each : List.of(ENDED, ELIGIBLE, REQUESTS, REPORTS, INCARNATIONS, DOMAINS)) {
      consumer.updateBeginningOffsets(Map.of(each, 0L));
      consumer.updateEndOffsets(Map.of(each, 0L));
    }
  }

  /** The number of a start is the offset of its record, plus one. */
  private Outbox newestOf(int starts) {
    Outbox outbox = null;
    for (int i = 0; i < starts; i++) {
      outbox = Outbox.open(producer, "test", new SimpleMeterRegistry(), NOW.toEpochMilli()).join();
    }
    return Objects.requireNonNull(outbox);
  }

  private void add(TopicPartition partition, long offset, SpecificRecord value) {
    consumer.addRecord(
        new ConsumerRecord<>(
            partition.topic(), partition.partition(), offset, "key", AvroCodec.encode(value)));
  }

  /** Each error takes a turn of its own. */
  private void turns() {
    for (int i = 0; i < 5; i++) {
      inbox.turn(Duration.ZERO);
    }
  }

  private List<Input> inputs() {
    return deliveries.stream().map(Delivery::input).filter(Objects::nonNull).toList();
  }

  private void becomesEligible() {
    inbox.turn(Duration.ZERO);
    add(ELIGIBLE, 0, new NodeEligible("n1", "A", "c", "r", 1L));
    inbox.takeReports();
  }

  private static NodeReport heartbeat(long number) {
    return NodeReport.newBuilder()
        .setNode("n1")
        .setSession(1)
        .setSequence(number)
        .setReportedAt(1)
        .setBody(new Heartbeat(0, 0))
        .build();
  }

  private static NodeRequest request(String id, NodeAction action) {
    return NodeRequest.newBuilder()
        .setId(id)
        .setNode("n1")
        .setAction(action)
        .setActor("ann")
        .setReason("it burnt")
        .setRequestedAt(1)
        .build();
  }

  @Test
  void reportsDeletedBeforeTheyWereReadAreALoss() {
    becomesEligible();
    consumer.updateBeginningOffsets(Map.of(REPORTS, 40L));
    turns();
    add(REPORTS, 40, heartbeat(41));
    turns();
    assertThat(inputs())
        .contains(
            new Input.Lost(
                "n1", "Node n1, all sessions: offsets 0 to 39 were deleted before they were read"));
  }

  @Test
  void retentionThatPassesTheReaderIsALoss() {
    becomesEligible();
    turns();
    add(REPORTS, 0, heartbeat(1));
    turns();
    consumer.updateBeginningOffsets(Map.of(REPORTS, 10L));
    consumer.seek(REPORTS, 3);
    turns();
    add(REPORTS, 10, heartbeat(11));
    turns();
    assertThat(inputs())
        .contains(
            new Input.Lost(
                "n1", "Node n1, all sessions: what stood from offset 3 on is not there any more"));
    assertThat(inputs().getLast()).isInstanceOf(Input.Reported.class);
  }

  @Test
  void backlogOfRequestsIsTakenAsOneAndLaterOnesEach() {
    consumer.updateEndOffsets(Map.of(REQUESTS, 2L));
    inbox.takeReports();
    turns();
    add(REQUESTS, 0, request("1", NodeAction.Fence));
    turns();
    assertThat(inputs()).isEmpty();
    add(REQUESTS, 1, request("2", NodeAction.Forget));
    turns();
    add(REQUESTS, 2, request("3", NodeAction.Fence));
    turns();
    assertThat(
            inputs().stream()
                .map(
                    input ->
                        ((Input.NodesRequested) input)
                            .requests().stream().map(Input.NodeRequest::id).toList()))
        .containsExactly(List.of("1", "2"), List.of("3"));
    assertThat(deliveries.getFirst().position()).isEqualTo(new Delivery.Position(REQUESTS, 2));
  }

  @Test
  void newerStartEndsThisOne() {
    turns();
    add(INCARNATIONS, 3, new IngestIncarnation("other", 1L));
    assertThatThrownBy(this::turns).hasMessageContaining("the one at offset 3 has begun");
  }

  @Test
  void valueOfAnEarlierStartIsToBeWrittenOver() {
    turns();
    add(DOMAINS, 5, domains(3));
    add(DOMAINS, 6, domains(2));
    addControl(7, new DomainWatchGap("Node", "broke"));
    addControl(8, new DomainListComplete("Node"));
    turns();
    assertThat(inputs())
        .containsExactly(
            new Input.Overwritten(Book.DOMAINS, "key", null, 0),
            new Input.ListOverwritten(ListKind.NODE, 0));
  }

  private void addControl(long offset, SpecificRecord body) {
    consumer.addRecord(
        new ConsumerRecord<>(
            DOMAINS.topic(),
            0,
            offset,
            ControlKeys.of("Node", 0),
            AvroCodec.encode(new DomainsObserved(1L, 1L, body))));
  }

  private static DomainsObserved domains(long incarnation) {
    return new DomainsObserved(incarnation, 1L, new Domains("key", List.of()));
  }

  @Test
  void reportOfAnotherNodeIsADeadLetter() {
    becomesEligible();
    turns();
    add(REPORTS, 0, NodeReport.newBuilder(heartbeat(1)).setNode("n2").build());
    turns();
    assertThat(inputs()).noneMatch(input -> input instanceof Input.Reported);
    assertThat(producer.history().getLast().topic()).isEqualTo(Topics.DEAD_LETTERS.name());
  }

  @Test
  void rightThatIsMissingForOneNodeDoesNotStopTheOthers() {
    becomesEligible();
    turns();
    consumer.setPollException(new TopicAuthorizationException(Set.of(REPORTS.topic())));
    turns();
    assertThat(consumer.assignment()).contains(ENDED, ELIGIBLE).doesNotContain(REPORTS);

    now = NOW.plusSeconds(30);
    turns();
    add(REPORTS, 0, heartbeat(1));
    turns();
    assertThat(inputs().getLast()).isInstanceOf(Input.Reported.class);
  }

  @Test
  void rightThatIsMissingForItsOwnTopicsIsAnEnd() {
    turns();
    consumer.setPollException(new TopicAuthorizationException(Set.of(ENDED.topic())));

    assertThatThrownBy(this::turns).isInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void endIsThatOfItsKind() {
    turns();
    add(ENDED, 0, new VmiEnded("u", "ns", "vm", "shutdown", 1L, "VirtualMachineInstance"));
    add(ENDED, 1, new VmiEnded("o", "ns", "vm", "deleted", 1L, "VirtualMachine"));
    turns();
    assertThat(inputs())
        .containsExactly(
            new Input.VmiEnded("u"),
            new Input.OwnerEnded(new OwnerRef(ListKind.VM, "o", "ns", "vm")));
  }

  private long committedOf(TopicPartition partition) {
    OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
    return committed == null ? 0 : committed.offset();
  }

  @Test
  void positionMovesPastTheMarksOfTransactionsOnceTheEndsAreWritten() {
    turns();
    add(ENDED, 0, new VmiEnded("u", "ns", "vm", "shutdown", 1L, "VirtualMachineInstance"));
    turns();
    passed.put(ENDED, new OffsetAndMetadata(2));
    turns();
    assertThat(committedOf(ENDED)).isZero();

    inbox.commit(Map.of(ENDED, 1L));
    turns();
    assertThat(committedOf(ENDED)).isEqualTo(2);

    passed.put(ENDED, new OffsetAndMetadata(5));
    turns();
    assertThat(committedOf(ENDED)).isEqualTo(5);
  }
}
