package io.vireo.ingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.Intake;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.NodeStanding;
import io.vireo.ingest.core.Output;
import io.vireo.ingest.core.OwnerRef;
import io.vireo.ingest.core.OwnerSnapshot;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.IngestIncarnation;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerDeleted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class PastTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final TopicPartition STARTS =
      new TopicPartition(Topics.INGEST_INCARNATION.name(), 0);

  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("none");
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();

  PastTest() {
    Node broker = new Node(0, "localhost", 1);
    for (Topic<?> topic : Written.TOPICS) {
      List<PartitionInfo> partitions = new ArrayList<>();
      for (int partition = 0; partition < 2; partition++) {
        partitions.add(
            new PartitionInfo(
                topic.name(), partition, broker, new Node[] {broker}, new Node[] {broker}));
        ends.put(new TopicPartition(topic.name(), partition), 0L);
      }
      consumer.updatePartitions(topic.name(), partitions);
    }
    consumer.updateBeginningOffsets(ends);
    consumer.updateBeginningOffsets(Map.of(STARTS, 0L));
  }

  private void wrote(Topic<?> topic, int partition, String key, SpecificRecord value) {
    long offset = ends.merge(new TopicPartition(topic.name(), partition), 1L, Long::sum) - 1;
    records.add(
        new ConsumerRecord<>(topic.name(), partition, offset, key, AvroCodec.encode(value)));
  }

  private static NodeTransition said(long incarnation, NodeState state) {
    return NodeTransition.newBuilder()
        .setNode("n1")
        .setNodeUid("A")
        .setIncarnation(incarnation)
        .setState(state)
        .setReason("it burnt")
        .setObservedAt(incarnation)
        .setActor(state == NodeState.Fenced ? "ann" : null)
        .build();
  }

  private static VmiDesired removed(long incarnation) {
    return new VmiDesired(incarnation, 1L, new VmiDeleted("u1", "ns", "vm"));
  }

  private static PodsObserved noPods(long incarnation) {
    return new PodsObserved(incarnation, 1L, new LauncherPods("u1", List.of(), List.of()));
  }

  private Past read() {
    consumer.updateEndOffsets(ends);
    consumer.updateEndOffsets(Map.of(STARTS, 2L));
    for (long offset = 0; offset < 2; offset++) {
      IngestIncarnation start = new IngestIncarnation("start-" + offset, 1_000 + offset);
      records.add(
          new ConsumerRecord<>(STARTS.topic(), 0, offset, "ingest", AvroCodec.encode(start)));
    }
    consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
    return Past.read(consumer, Duration.ofSeconds(10));
  }

  private static Outbox opened(String instance) {
    MockProducer<String, byte[]> producer =
        new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    return Outbox.open(producer, instance, new SimpleMeterRegistry(), 1_000).join();
  }

  /** Its number would be that of another, or none: Kafka lost its disk after it had its place. */
  @Test
  void aStartThatKafkaDoesNotRememberDoesNotGoOn() {
    Past past = read();

    assertThat(opened("start-0").since(past).incarnation()).isEqualTo(1_001);
    assertThatThrownBy(() -> opened("of-before").since(past))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("at offset 0");
  }

  private List<Output> restoredAndListed() {
    Past past = read();
    Intake intake = new Intake(10_000, 40_000);
    assertThat(past.ends()).isEqualTo(ends);
    assertThat(past.firstStartMs()).isEqualTo(1_000);
    past.restore(intake, NOW);
    List<Output> outputs = new ArrayList<>();
    for (ListKind kind : ListKind.values()) {
      outputs.addAll(intake.apply(new Input.ListEnded(kind), NOW));
    }
    outputs.removeIf(output -> output instanceof Output.ListCompleted);
    return outputs;
  }

  @Test
  void whatWasWrittenInOrderIsNotWrittenAgain() {
    wrote(Topics.VMI_DESIRED, 0, "u1", removed(1));
    wrote(Topics.VMI_DESIRED, 0, "u1", removed(2));
    wrote(Topics.POD_OBSERVED, 0, "u1", noPods(2));
    assertThat(restoredAndListed()).isEmpty();
  }

  @Test
  void whatAnEarlierStartWroteLateIsWrittenAnew() {
    wrote(Topics.VMI_DESIRED, 0, "control/Vmi-list-complete/0", listComplete(2));
    wrote(Topics.VMI_DESIRED, 0, "u1", removed(1));
    wrote(Topics.POD_OBSERVED, 0, "u1", noPods(2));
    wrote(Topics.POD_OBSERVED, 0, "u1", noPods(1));
    assertThat(restoredAndListed().stream().map(output -> output.getClass().getSimpleName()))
        .containsExactly("VmiRemoved", "PodsChanged");
  }

  private static VmiDesired listComplete(long incarnation) {
    return new VmiDesired(incarnation, 1L, new VmiListComplete("Vmi"));
  }

  private static VmDesired owner(long incarnation, String kind, String uid) {
    return new VmDesired(incarnation, 1L, new VmiOwnerDeleted(kind, uid, "ns", "vm"));
  }

  private static VmDesired present(long incarnation, long version) {
    OwnerRef ref = new OwnerRef(ListKind.VM, "o1", "ns", "vm");
    OwnerSnapshot.StateChange stop = new OwnerSnapshot.StateChange("Stop", "u1", Map.of("a", "b"));
    return new VmDesired(
        incarnation,
        1L,
        ToAvro.owner(
            new OwnerSnapshot(
                ref,
                1,
                version,
                1,
                null,
                Map.of("app", "web"),
                Map.of(),
                List.of("f"),
                "{}",
                List.of(stop),
                "h",
                "u1",
                "ann")));
  }

  @Test
  void ownersAreRestoredAsTheyWereWritten() {
    wrote(Topics.VM_DESIRED, 0, "o1", present(1, 1));
    wrote(Topics.VM_DESIRED, 0, "o1", present(2, 7));
    wrote(Topics.VM_DESIRED, 1, "o2", owner(2, "VirtualMachineInstanceReplicaSet", "o2"));
    Intake intake = new Intake(10_000, 40_000);

    read().restore(intake, NOW);

    VmiOwner written = (VmiOwner) present(2, 7).getBody();
    OwnerSnapshot snapshot = FromAvro.owner(written).orElseThrow();
    assertThat(ToAvro.owner(snapshot)).isEqualTo(written);
    assertThat(intake.apply(new Input.OwnerSeen(snapshot), NOW)).isEmpty();
    assertThat(intake.apply(new Input.ListEnded(ListKind.REPLICA_SET), NOW))
        .containsExactly(new Output.ListCompleted(ListKind.REPLICA_SET));
  }

  @Test
  void ownerThatAnEarlierStartWroteLateIsWrittenAnew() {
    wrote(Topics.VM_DESIRED, 0, "o1", owner(2, "VirtualMachine", "o1"));
    wrote(Topics.VM_DESIRED, 0, "o1", present(1, 1));
    assertThat(restoredAndListed())
        .containsExactly(new Output.OwnerRemoved(new OwnerRef(ListKind.VM, "o1", "ns", "vm")));
  }

  @Test
  void fenceIsRestoredWithItsActorAndSaidWhereItIsMissing() {
    wrote(Topics.NODE_TRANSITIONS, 0, "n1", said(2, NodeState.Fenced));
    wrote(Topics.NODE_TRANSITIONS, 1, "n1", said(2, NodeState.Lost));
    wrote(Topics.NODE_TRANSITIONS, 1, "n1", said(3, NodeState.Lost));
    wrote(Topics.NODE_TRANSITIONS, 0, "n1", said(3, NodeState.Fenced));
    List<Output> outputs = restoredAndListed();
    assertThat(outputs).hasSize(1);
    assertThat(((Output.NodeChanged) outputs.getFirst()).nodeUid()).isEqualTo("A");
  }

  @Test
  void fenceThatAnEarlierStartWroteOverIsSaidAgain() {
    wrote(Topics.NODE_TRANSITIONS, 0, "n1", said(2, NodeState.Fenced));
    wrote(Topics.NODE_TRANSITIONS, 1, "n1", said(2, NodeState.Fenced));
    wrote(Topics.NODE_TRANSITIONS, 1, "n1", said(1, NodeState.Lost));
    assertThat(restoredAndListed())
        .containsExactly(
            new Output.NodeChanged("n1", "A", NodeStanding.FENCED, "it burnt", null, null, "ann"));
  }

  @Test
  void endThatIsNotReachedIsAnError() {
    ends.put(new TopicPartition(Topics.DOMAIN_OBSERVED.name(), 0), 7L);
    consumer.updateEndOffsets(ends);
    consumer.updateEndOffsets(Map.of(STARTS, 0L));
    assertThatThrownBy(() -> Past.read(consumer, Duration.ofSeconds(1)))
        .hasMessageContaining("Expected to read what was written before to its end")
        .hasMessageContaining(Topics.DOMAIN_OBSERVED.name());
  }
}
