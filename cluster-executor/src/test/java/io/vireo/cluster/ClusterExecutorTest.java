package io.vireo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.cluster.core.ApiAnswer;
import io.vireo.cluster.core.ApiRequest;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.ClusterCommands;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.CreateLauncherPod;
import io.vireo.schemas.avro.DeleteLauncherPod;
import io.vireo.schemas.avro.DeleteVmi;
import io.vireo.schemas.avro.EmitEvent;
import io.vireo.schemas.avro.LabelNode;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.OwnerRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole executor, turn by turn, on the thread of the test. */
class ClusterExecutorTest {

  private static final String TOPIC = Topics.CLUSTER_COMMANDS.name();
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final ApiAnswer DONE =
      new ApiAnswer(200, Map.of("metadata", Map.of("uid", "pu", "resourceVersion", "7")));

  /** What a poll without records passed over. */
  private final Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();

  private MockConsumer<String, byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized ConsumerRecords<String, byte[]> poll(Duration wait) {
          ConsumerRecords<String, byte[]> records = super.poll(wait);
          return records.isEmpty() ? new ConsumerRecords<>(Map.of(), passed) : records;
        }
      };

  private MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final List<ApiRequest> asked = new ArrayList<>();
  private final Deque<CompletableFuture<ApiAnswer>> replies = new ArrayDeque<>();
  private long nowMs = 1_700_000_000_000L;
  private long offset;
  private ClusterExecutor executor;

  @BeforeEach
  void open() {
    open(Duration.ZERO);
  }

  private void open(Duration handOver) {
    executor =
        new ClusterExecutor(
            consumer,
            producer,
            request -> {
              asked.add(request);
              CompletableFuture<ApiAnswer> reply = new CompletableFuture<>();
              replies.add(reply);
              return reply;
            },
            millis -> {
              nowMs += millis;
              return CompletableFuture.completedFuture(null);
            },
            Runnable::run,
            () -> Instant.ofEpochMilli(nowMs),
            new SimpleMeterRegistry(),
            handOver);
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.rebalance(List.of(PARTITION));
    nowMs += 60_000;
  }

  private static ClusterCommand command(String id, String uid, Object body) {
    return ClusterCommand.newBuilder()
        .setCommandId(id)
        .setIssuedAt(1)
        .setCause("c")
        .setVmiUid(uid)
        .setNamespace("ns")
        .setName("vm")
        .setBody(body)
        .build();
  }

  private static ClusterCommand ofOwner(String id, String kind) {
    ClusterCommand.Builder command =
        ClusterCommand.newBuilder()
            .setCommandId(id)
            .setIssuedAt(1)
            .setCause("c")
            .setNamespace("ns")
            .setName("web")
            .setOwner(new OwnerRef(kind, "o1"));
    return ClusterCommands.put(command, new DeleteVmi("web", "vu", null)).build();
  }

  private static ClusterCommand delete(String id) {
    return command(id, "u1", new DeleteLauncherPod("p1", "pu", 0L));
  }

  private void read(String key, byte[] value) {
    consumer.addRecord(
        new ConsumerRecord<>(
            TOPIC,
            0,
            offset++,
            nowMs,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  private void read(ClusterCommand command) {
    read("u1", AvroCodec.encode(command));
  }

  private void turn() {
    executor.turn(Duration.ZERO);
  }

  private long position() {
    OffsetAndMetadata committed = consumer.committed(Set.of(PARTITION)).get(PARTITION);
    return committed == null ? 0 : committed.offset();
  }

  private List<Outcome> outcomes() {
    return producer.history().stream()
        .filter(record -> record.topic().equals(Topics.OUTCOMES.name()))
        .map(ClusterExecutorTest::outcome)
        .toList();
  }

  private static Outcome outcome(ProducerRecord<String, byte[]> record) {
    try {
      return Topics.OUTCOMES.decode(record.value());
    } catch (UndecodableRecordException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void positionMovesOnlyPastCommandsWhoseOutcomeIsOnItsTopic() {
    read(delete("c1"));
    turn();
    assertThat(asked).hasSize(1);
    replies.remove().complete(DONE);
    assertThat(outcomes()).hasSize(1);
    turn();
    assertThat(position()).isZero();

    producer.completeNext();
    turn();
    assertThat(position()).isEqualTo(1);
    assertThat(executor.open()).isZero();
  }

  @Test
  void positionMovesPastTheMarksOfTransactionsOnceNothingIsOpen() {
    read(delete("c1"));
    turn();
    passed.put(PARTITION, new OffsetAndMetadata(2));
    turn();
    assertThat(position()).isZero();

    replies.remove().complete(DONE);
    producer.completeNext();
    turn();
    assertThat(position()).isEqualTo(2);

    passed.put(PARTITION, new OffsetAndMetadata(4));
    turn();
    turn();
    assertThat(position()).isEqualTo(4);
  }

  @Test
  void laterCommandsOfOtherKeysDoNotMoveThePositionPastAnOpenOne() {
    read(delete("c1"));
    read("u2", AvroCodec.encode(command("c2", "u2", new DeleteLauncherPod("p2", "pu", 0L))));
    turn();
    replies.removeLast().complete(DONE);
    producer.completeNext();
    turn();
    assertThat(position()).isZero();
    replies.remove().complete(DONE);
    producer.completeNext();
    turn();
    assertThat(position()).isEqualTo(2);
  }

  @Test
  void whatIsNoCommandIsADeadLetterAndItsPartitionGoesOn() {
    read("u1", null);
    read("u1", new byte[] {1, 2, 3});
    read("u1", new byte[(1 << 20) + 1]);
    read("other", AvroCodec.encode(delete("c1")));
    read(null, AvroCodec.encode(delete("c1")));
    read("u1", AvroCodec.encode(command("c1", null, new EmitEvent("Normal", "a", "b"))));
    read(
        "u1", AvroCodec.encode(command("c1", null, new LabelNode("n1", "nu", Map.of(), Map.of()))));
    read(delete("x".repeat(2_000)));
    String longName = "x".repeat(1_000_000);
    read(
        longName, AvroCodec.encode(command("c1", longName, new DeleteLauncherPod("p1", "pu", 0L))));
    read(delete("c9"));
    turn();
    replies.remove().complete(DONE);
    while (producer.completeNext()) {}
    turn();

    assertThat(position()).isEqualTo(offset);
    assertThat(outcomes()).extracting(Outcome::getCommandId).containsExactly("c9");
    List<String> reasons = new ArrayList<>();
    for (ProducerRecord<String, byte[]> record : producer.history()) {
      if (record.topic().equals(Topics.DEAD_LETTERS.name())) {
        try {
          reasons.add(Topics.DEAD_LETTERS.decode(record.value()).getReason());
        } catch (UndecodableRecordException e) {
          throw new AssertionError(e);
        }
      }
    }
    assertThat(reasons)
        .containsExactly(
            "NullValue",
            "Truncated",
            "Oversized",
            "WrongKey",
            "WrongKey",
            "WrongKey",
            "WrongKey",
            "Oversized",
            "Oversized");
    assertThat(producer.history())
        .allMatch(record -> record.key() == null || record.key().length() < 300);
  }

  @Test
  void partitionThatGoesAwayLeavesWhatWaitsAndIsReadAgain() {
    read(delete("c1"));
    read(delete("c2"));
    turn();
    assertThat(asked).hasSize(1);

    consumer.rebalance(List.of());
    replies.remove().complete(DONE);
    assertThat(asked).hasSize(1);
    producer.completeNext();
    consumer.rebalance(List.of(PARTITION));
    consumer.seek(PARTITION, 0);
    offset = 0;
    read(delete("c1"));
    read(delete("c2"));
    turn();
    replies.remove().complete(DONE);
    replies.remove().complete(DONE);
    while (producer.completeNext()) {}
    turn();

    assertThat(position()).isEqualTo(2);
    assertThat(outcomes()).extracting(Outcome::getCommandId).containsExactly("c1", "c1", "c2");
  }

  @Test
  void partitionThatGoesAwayWaitsForWhatRuns() {
    executor.close();
    consumer = new MockConsumer<>("earliest");
    producer = new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    open(Duration.ofSeconds(30));
    read(delete("c1"));
    turn();
    CompletableFuture<ApiAnswer> reply = replies.remove();

    Thread.ofVirtual().start(() -> reply.complete(DONE));
    consumer.rebalance(List.of());

    assertThat(outcomes()).hasSize(1);
  }

  @Test
  void commandFromBeforeTheAssignmentLooksBeforeItCreates() {
    String pod =
        "{\"metadata\":{\"name\":\"p1\",\"ownerReferences\":[{\"uid\":\"u1\",\"controller\":true}]}}";
    ClusterCommand create = command("c1", "u1", new CreateLauncherPod("p1", 1L, pod, List.of()));
    read(create);
    turn();
    assertThat(asked.getLast()).hasToString("POST /api/v1/namespaces/ns/pods");
    replies.remove().complete(DONE);

    nowMs -= 60_000;
    read(create);
    turn();
    assertThat(asked.getLast()).hasToString("GET /api/v1/namespaces/ns/pods/p1");
  }

  @Test
  void manyCommandsOfOneKeyPauseReadingAndEndInOrder() {
    for (int i = 0; i < 2_500; i++) {
      read(delete("c" + i));
    }
    turn();
    assertThat(asked).hasSize(1);
    assertThat(consumer.paused()).containsExactly(PARTITION);
    while (!replies.isEmpty()) {
      replies.remove().complete(DONE);
    }
    while (producer.completeNext()) {}
    turn();
    turn();

    assertThat(consumer.paused()).isEmpty();
    assertThat(position()).isEqualTo(2_500);
    assertThat(outcomes()).hasSize(2_500);
    assertThat(outcomes()).extracting(Outcome::getResult).containsOnly(CommandResult.Done);
  }

  @Test
  void outcomeThatCannotBeWrittenEndsTheExecutorAndMovesNoPosition() {
    read(delete("c1"));
    turn();
    replies.remove().complete(DONE);
    producer.errorNext(new IllegalStateException("no"));

    assertThat(executor.failure()).isDone();
    assertThatThrownBy(this::turn).isInstanceOf(IllegalStateException.class);
    assertThat(position()).isZero();
    executor.close();
    assertThat(consumer.closed()).isTrue();
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void outcomeOfAnOwnersCommandNamesTheOwner() throws UndecodableRecordException {
    read("o1", AvroCodec.encode(ofOwner("c1", "VirtualMachineInstanceReplicaSet")));
    turn();
    replies.remove().complete(DONE);

    ProducerRecord<String, byte[]> record = producer.history().getLast();
    Outcome outcome = Topics.OUTCOMES.decode(record.value());
    assertThat(record.key()).isEqualTo("o1");
    assertThat(outcome.getOwnerUid()).isEqualTo("o1");
    assertThat(outcome.getVmiUid()).isNull();
    assertThat(outcome.getCommandType()).isEqualTo("DeleteVmi");
    assertThat(outcome.getResult()).isEqualTo(CommandResult.Done);
    assertThat(asked.getFirst().path())
        .isEqualTo("/apis/kubevirt.io/v1/namespaces/ns/virtualmachineinstances/web");
  }

  @Test
  void ownerOfAKindThatOwnsNoVmisIsADeadLetter() {
    read("o1", AvroCodec.encode(ofOwner("c1", "Deployment")));
    turn();

    assertThat(asked).isEmpty();
    assertThat(producer.history().getLast().topic()).isEqualTo(Topics.DEAD_LETTERS.name());
  }
}
