package io.vireo.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.scheduler.core.VmiState;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.DomainWatchGap;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.LabelNode;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodWatchGap;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.VmiWatchGap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordRulesTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TaskDriver task = new TaskDriver(meters, 0, 1, Map.of(), TaskDriver.START_MS);

  @AfterEach
  void stop() {
    task.close();
  }

  private VmiState state() {
    return StateCodec.decode(task.stores().get(VmiProcessor.VMIS).get(TaskDriver.UID)).state();
  }

  // -- starts of ingest

  @Test
  void shouldNotListenToAnIngestThatWasReplaced() {
    task.lists(2);
    long now = TaskDriver.START_MS;
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
    task.send(
        Topics.VMI_DESIRED,
        ControlKeys.of("Vmi", 0),
        new VmiDesired(1L, now, new VmiWatchGap("Vmi", "late")));
    task.send(
        Topics.NODE_TRANSITIONS, "node-a", TaskDriver.node("node-a", NodeState.Eligible, 2, null));
    assertThat(task.read(Topics.CLUSTER_COMMANDS))
        .singleElement()
        .satisfies(c -> assertThat(c.getBody()).isInstanceOf(LabelNode.class));

    task.send(
        Topics.NODE_TRANSITIONS, "node-a", TaskDriver.node("node-a", NodeState.Fenced, 1, null));
    task.send(
        Topics.NODE_TRANSITIONS, "node-b", TaskDriver.node("node-b", NodeState.Eligible, 1, null));
    assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();
    assertThat(task.read(Topics.VMI_EVENTS)).isEmpty();
    assertThat(task.stores().get(VmiProcessor.VMIS)).isEmpty();
  }

  @Test
  void shouldReadOnWhatTheIngestBeforeWroteToAnotherTopic() {
    task.send(
        Topics.POD_OBSERVED,
        ControlKeys.of("Pod", 0),
        new PodsObserved(2L, TaskDriver.START_MS, new PodListComplete("Pod")));
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
    task.send(
        Topics.VMI_DESIRED,
        ControlKeys.of("Vmi", 0),
        new VmiDesired(2L, TaskDriver.START_MS, new VmiListComplete("Vmi")));

    assertThat(task.read(Topics.CLUSTER_COMMANDS)).hasSize(1);
  }

  @Test
  void shouldRememberWhichIngestItHeardLast() {
    task.lists(2);
    try (TaskDriver after =
        new TaskDriver(new SimpleMeterRegistry(), 0, 1, task.stores(), TaskDriver.START_MS)) {
      after.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));

      assertThat(after.read(Topics.CLUSTER_COMMANDS)).isEmpty();
      after.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(2, 10));
      assertThat(after.read(Topics.CLUSTER_COMMANDS)).hasSize(1);
    }
  }

  // -- gaps

  @Test
  void shouldPutEachGapOnTheRecord() {
    long now = TaskDriver.START_MS;
    task.send(
        Topics.VMI_DESIRED,
        ControlKeys.of("Vmi", 0),
        new VmiDesired(3L, now, new VmiWatchGap("Vmi", "410 Gone")));
    task.send(
        Topics.POD_OBSERVED,
        ControlKeys.of("Pod", 0),
        new PodsObserved(3L, now, new PodWatchGap("Pod", "410 Gone")));
    task.send(
        Topics.DOMAIN_OBSERVED,
        ControlKeys.of("Domain", 0),
        new DomainsObserved(3L, now, new DomainWatchGap("Domain", "reports are missing")));

    List<VmiEvent> events = task.read(Topics.VMI_EVENTS);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getType()).isEqualTo("ObservationGap");
              assertThat(event.getVmiUid()).isEmpty();
              assertThat(event.getSequence()).isZero();
              assertThat(event.getAttributes()).containsEntry("incarnation", "3");
            });
    assertThat(events)
        .extracting(event -> event.getAttributes().get("kind"))
        .containsExactly("Vmi", "Pod", "Domain");
    assertThat(events).extracting(VmiEvent::getId).doesNotHaveDuplicates();
  }

  // -- inputs that cannot be decided upon

  private static VmiDesired broken(long version) {
    VmiDesired whole = TaskDriver.vmi(1, version);
    return VmiDesired.newBuilder(whole)
        .setBody(Vmi.newBuilder((Vmi) whole.getBody()).setSpecJson("{").build())
        .build();
  }

  @Test
  void shouldPutADecisionThatFailedOnTheRecordOfItsVmi() {
    task.lists(1);
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, broken(10));
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, broken(11));

    assertThat(task.read(Topics.DEAD_LETTERS))
        .hasSize(2)
        .allSatisfy(letter -> assertThat(letter.getSize()).isPositive());
    assertThat(task.read(Topics.VMI_EVENTS))
        .filteredOn(event -> event.getType().equals("DecisionFailed"))
        .extracting(VmiEvent::getSequence)
        .containsExactly(2L, 4L);

    task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 12));
    assertThat(task.read(Topics.CLUSTER_COMMANDS)).hasSize(1);
  }

  @Test
  void shouldGoOnWithTheOthersWhenOneFailsInAList() {
    task.send(Topics.VMI_DESIRED, "a-broken-one", renamed(broken(9), "a-broken-one"));
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
    task.lists(1);

    assertThat(task.read(Topics.CLUSTER_COMMANDS))
        .singleElement()
        .extracting(ClusterCommand::getVmiUid)
        .isEqualTo(TaskDriver.UID);
    assertThat(task.read(Topics.DEAD_LETTERS)).isNotEmpty();
  }

  @Test
  void shouldEndAVmiThatFailed() {
    task.lists(1);
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, broken(10));
    task.send(
        Topics.VMI_DESIRED,
        TaskDriver.UID,
        new VmiDesired(1L, TaskDriver.START_MS, new VmiDeleted(TaskDriver.UID, "default", "tiny")));

    assertThat(task.read(Topics.VMI_ENDED)).hasSize(1);
  }

  private static VmiDesired renamed(VmiDesired record, String uid) {
    return VmiDesired.newBuilder(record)
        .setBody(Vmi.newBuilder((Vmi) record.getBody()).setUid(uid).build())
        .build();
  }

  // -- what the meters say

  @Test
  void shouldCountAttemptsAndWaitingRetries() {
    task.lists(1);
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
    ClusterCommand write = task.read(Topics.CLUSTER_COMMANDS).getFirst();
    task.send(Topics.OUTCOMES, TaskDriver.UID, TaskDriver.end(write, CommandResult.Failed));

    assertThat(meters.counter("vireo.scheduler.attempts", "type", "WriteStatus").count())
        .isEqualTo(1);
    assertThat(meters.get("vireo.scheduler.retries.waiting").gauge().value()).isEqualTo(1);

    task.advance(Duration.ofSeconds(1));
    ClusterCommand again = task.read(Topics.CLUSTER_COMMANDS).getFirst();
    task.send(Topics.OUTCOMES, TaskDriver.UID, TaskDriver.end(again, CommandResult.Done));
    assertThat(meters.get("vireo.scheduler.retries.waiting").gauge().value()).isZero();
    assertThat(state().progress().attempts()).isEmpty();
  }

  /** A clock that goes back makes every wake-up due, also that which ends the memory of an end. */
  @Test
  void shouldRememberAnEndWhenTheClockGoesBack() {
    task.lists(1);
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
    ClusterCommand write = task.read(Topics.CLUSTER_COMMANDS).getFirst();
    task.send(
        Topics.VMI_DESIRED,
        TaskDriver.UID,
        new VmiDesired(1L, TaskDriver.START_MS, new VmiDeleted(TaskDriver.UID, "default", "tiny")));
    task.setClock(Duration.ofHours(1));
    task.send(Topics.OUTCOMES, TaskDriver.UID, TaskDriver.end(write, CommandResult.Done));
    assertThat(task.read(Topics.VMI_ENDED)).hasSize(1);

    task.setClock(Duration.ofHours(-1));
    task.lists(1);
    task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 11));
    assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();

    task.advance(Duration.ofDays(1).plusMinutes(1));
    assertThat(task.stores().get(VmiProcessor.VMIS)).isEmpty();
  }
}
