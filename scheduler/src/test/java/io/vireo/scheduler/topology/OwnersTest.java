package io.vireo.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.ClusterCommands;
import io.vireo.schemas.Partitions;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.CreateVmi;
import io.vireo.schemas.avro.DeleteVmi;
import io.vireo.schemas.avro.OwnedVmi;
import io.vireo.schemas.avro.OwnedVmisListed;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.VmEvent;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiEnded;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.schemas.avro.VmiOwnedState;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerDeleted;
import io.vireo.schemas.avro.VmiOwnerWatchGap;
import io.vireo.schemas.avro.WriteOwnerMetadata;
import io.vireo.schemas.avro.WriteOwnerStatus;
import io.vireo.schemas.avro.WriteStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnersTest {

  private static final String FINALIZER = "kubevirt.io/virtualMachineControllerFinalize";

  private TaskDriver task =
      new TaskDriver(new SimpleMeterRegistry(), 0, 1, Map.of(), TaskDriver.START_MS);

  @AfterEach
  void stop() {
    task.close();
  }

  private void seen(VmiOwner.Builder owner) {
    task.send(Topics.VM_DESIRED, owner.getUid(), TaskDriver.owner(1, owner.build()));
  }

  /** Everything is listed, and what this task tells comes back to it. */
  private void listed() {
    task.lists(1);
    task.ownersListed(1);
    pump();
  }

  /** What was told goes to whom it is for. */
  private List<OwnedVmi> pump() {
    List<OwnedVmi> told = new ArrayList<>();
    for (TestRecord<String, byte[]> record : task.readRecords(Topics.VMI_STATE)) {
      task.send(Topics.VMI_STATE, record.key(), record.value());
      if (state(record).getBody() instanceof OwnedVmi vmi) {
        told.add(vmi);
      }
    }
    return told;
  }

  private static VmiOwnedState state(TestRecord<String, byte[]> record) {
    try {
      return Topics.VMI_STATE.decode(record.value());
    } catch (UndecodableRecordException e) {
      throw new AssertionError(e);
    }
  }

  /** The commands of these types, out of all that were issued since. */
  private <T> List<ClusterCommand> commands(Class<T> type) {
    return task.read(Topics.CLUSTER_COMMANDS).stream()
        .filter(command -> type.isInstance(ClusterCommands.body(command)))
        .toList();
  }

  private static Vmi.Builder vmi(long version, String owner) {
    return Vmi.newBuilder((Vmi) TaskDriver.vmi(1, version).getBody())
        .setAnnotations(Map.of("kubevirt.io/vm-generation", "1"))
        .setOwnerReferences(controlledBy(owner));
  }

  private static String controlledBy(String uid) {
    return """
        [{"apiVersion":"kubevirt.io/v1","blockOwnerDeletion":true,"controller":true,\
        "kind":"VirtualMachine","name":"tiny","uid":"%s"}]"""
        .formatted(uid);
  }

  private void vmiSeen(Vmi.Builder vmi) {
    task.send(
        Topics.VMI_DESIRED, TaskDriver.UID, new VmiDesired(1L, TaskDriver.START_MS, vmi.build()));
  }

  private void vmiGone() {
    task.send(
        Topics.VMI_DESIRED,
        TaskDriver.UID,
        new VmiDesired(1L, TaskDriver.START_MS, new VmiDeleted(TaskDriver.UID, "default", "tiny")));
  }

  /** A VirtualMachine with its VMI made and told of. */
  private void made() {
    listed();
    seen(TaskDriver.vm(10, "Always"));
    ClusterCommand create = commands(CreateVmi.class).getFirst();
    task.send(
        Topics.OUTCOMES,
        TaskDriver.VM_UID,
        TaskDriver.ownerEnd(create, CommandResult.Done, TaskDriver.UID));
    vmiSeen(vmi(20, TaskDriver.VM_UID));
    pump();
  }

  @Test
  void shouldAnswerAVirtualMachineWithAVmi() {
    listed();
    seen(TaskDriver.vm(10, "Always"));

    ClusterCommand create = commands(CreateVmi.class).getFirst();
    assertThat(create.getVmiUid()).isNull();
    assertThat(create.getOwner().getUid()).isEqualTo(TaskDriver.VM_UID);
    assertThat(create.getOwner().getKind()).isEqualTo("VirtualMachine");
    assertThat(create.getNamespace()).isEqualTo("default");
    CreateVmi body = (CreateVmi) ClusterCommands.body(create);
    assertThat(body.getVmiName()).isEqualTo("tiny");
    assertThat(body.getGeneration()).isEqualTo(1);
    assertThat(body.getRevisionName()).isEqualTo("revision-start-vm-" + TaskDriver.VM_UID + "-1");
    assertThat(body.getAnnotations()).containsEntry("kubevirt.io/vm-generation", "1");
    List<VmEvent> events = task.read(Topics.VM_EVENTS);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getUid()).isEqualTo(TaskDriver.VM_UID);
              assertThat(event.getCause().getTopic()).isEqualTo(Topics.VM_DESIRED.name());
            });
    assertThat(events).extracting(VmEvent::getId).doesNotHaveDuplicates();
    assertThat(events).extracting(VmEvent::getType).contains("VmObserved", "CommandIssued");
  }

  @Test
  void shouldMakeNothingBeforeEveryPartitionHasToldOfItsVmis() {
    task.close();
    task = new TaskDriver(new SimpleMeterRegistry(), 1, 3, Map.of(), TaskDriver.START_MS);
    seen(TaskDriver.vm(10, "Always"));
    task.ownersListed(1);
    assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();

    task.lists(1);
    List<TestRecord<String, byte[]>> told = task.readRecords(Topics.VMI_STATE);
    assertThat(told).extracting(record -> Partitions.of(record.key(), 3)).containsExactly(0, 1, 2);
    assertThat(told)
        .extracting(record -> ((OwnedVmisListed) state(record).getBody()).getPartition())
        .containsOnly(1);
    for (int partition : List.of(1, 0, 0, 7, 1)) {
      listedBy(partition);
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).as("after %d", partition).isEmpty();
    }
    listedBy(2);
    assertThat(commands(CreateVmi.class)).hasSize(1);
  }

  private void listedBy(int partition) {
    VmiOwnedState record = new VmiOwnedState(new OwnedVmisListed(partition, 1L));
    task.send(Topics.VMI_STATE, "control/OwnedVmis/1", AvroCodec.encode(record));
  }

  @Test
  void shouldMakeNothingBeforeTheOwnersOfTheIngestThatRunsAreListed() {
    listed();
    task.send(
        Topics.VM_DESIRED,
        "control/VirtualMachine/0",
        new VmDesired(2L, TaskDriver.START_MS, new VmiOwnerWatchGap("VirtualMachine", "410")));
    assertThat(task.read(Topics.VM_EVENTS))
        .extracting(VmEvent::getType)
        .containsExactly("ObservationGap");
    task.send(
        Topics.VM_DESIRED,
        TaskDriver.VM_UID,
        TaskDriver.owner(2, TaskDriver.vm(10, "Always").build()));
    assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();

    task.ownersListed(2);
    assertThat(commands(CreateVmi.class)).hasSize(1);
  }

  @Test
  void shouldTellTheOwnerWhatChangesOfAVmi() {
    listed();
    vmiSeen(vmi(20, TaskDriver.VM_UID));
    List<OwnedVmi> first = pump();
    assertThat(first)
        .last()
        .satisfies(
            vmi -> {
              assertThat(vmi.getOwnerUid()).isEqualTo(TaskDriver.VM_UID);
              assertThat(vmi.getOwnerKind()).isEqualTo("VirtualMachine");
              assertThat(vmi.getVmGeneration()).isEqualTo(1);
              assertThat(vmi.getEnded()).isFalse();
            });
    ClusterCommand write = commands(WriteStatus.class).getFirst();
    assertThat(((WriteStatus) write.getBody()).getStatusJson())
        .contains("\"virtualMachineRevisionName\":\"revision-start-vm-" + TaskDriver.VM_UID + "-1");

    vmiSeen(vmi(21, TaskDriver.VM_UID));
    assertThat(pump()).as("the same again").isEmpty();

    vmiGone();
    assertThat(pump())
        .as("gone, and its end is not proven yet")
        .singleElement()
        .satisfies(
            vmi -> {
              assertThat(vmi.getDeleting()).isTrue();
              assertThat(vmi.getEnded()).isFalse();
            });
    task.send(Topics.OUTCOMES, TaskDriver.UID, TaskDriver.end(write, CommandResult.Done));
    assertThat(pump()).last().satisfies(vmi -> assertThat(vmi.getEnded()).isTrue());
  }

  @Test
  void shouldTellAnOwnerThatItHasLostItsVmi() {
    made();
    String other = "0b1c0bb0-0000-4000-8000-00000000000b";

    vmiSeen(vmi(30, other));
    List<TestRecord<String, byte[]>> told = task.readRecords(Topics.VMI_STATE);
    assertThat(told).extracting(TestRecord::key).containsExactly(TaskDriver.VM_UID, other);
    assertThat(told)
        .extracting(record -> ((OwnedVmi) state(record).getBody()).getOwnerUid())
        .containsOnly(other);

    vmiSeen(vmi(31, other).setOwnerReferences("[]"));
    assertThat(task.readRecords(Topics.VMI_STATE))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.key()).isEqualTo(other);
              assertThat(((OwnedVmi) state(record).getBody()).getOwnerUid()).isEmpty();
            });
  }

  @Test
  void shouldTellNobodyWhatIsNoController() {
    listed();
    Map<String, String> references = new HashMap<>();
    references.put("no controller", controlledBy(TaskDriver.VM_UID).replace("true", "false"));
    references.put("another group", controlledBy(TaskDriver.VM_UID).replace("kubevirt", "other"));
    references.put("another kind", controlledBy(TaskDriver.VM_UID).replace("Virtual", "Other"));
    references.put("a control key", controlledBy("control/OwnedVmis/0"));
    references.put("a path", controlledBy("a/b"));
    references.put("endless", controlledBy("x".repeat(1000)));
    references.put("no JSON", "[{");
    long version = 20;
    for (Map.Entry<String, String> each : references.entrySet()) {
      vmiSeen(vmi(++version, "").setOwnerReferences(each.getValue()));
      assertThat(task.readRecords(Topics.VMI_STATE)).as(each.getKey()).isEmpty();
    }
    assertThat(task.read(Topics.DEAD_LETTERS)).isEmpty();
  }

  @Test
  void shouldNotTakeAVmiOfAnotherNamespaceForItsOwn() {
    listed();
    vmiSeen(vmi(20, TaskDriver.VM_UID).setNamespace("elsewhere"));
    pump();
    seen(TaskDriver.vm(10, "Always"));

    List<ClusterCommand> commands = task.read(Topics.CLUSTER_COMMANDS);
    assertThat(commands).anyMatch(command -> ClusterCommands.body(command) instanceof CreateVmi);
    assertThat(commands)
        .filteredOn(command -> ClusterCommands.body(command) instanceof WriteOwnerStatus)
        .singleElement()
        .satisfies(
            command ->
                assertThat(((WriteOwnerStatus) ClusterCommands.body(command)).getStatusJson())
                    .contains("\"created\":false"));
  }

  @Test
  void shouldLetAVirtualMachineGoOnlyWhenItsVmiHasEnded() {
    made();
    ClusterCommand write = commands(WriteStatus.class).getFirst();
    seen(TaskDriver.vm(12, "Always").setDeletionTimestamp(TaskDriver.START_MS));
    ClusterCommand delete = commands(DeleteVmi.class).getFirst();
    assertThat(((DeleteVmi) ClusterCommands.body(delete)).getVmiUid()).isEqualTo(TaskDriver.UID);
    vmiGone();
    pump();
    assertThat(commands(WriteOwnerMetadata.class)).as("its end is not proven").isEmpty();

    task.send(Topics.OUTCOMES, TaskDriver.UID, TaskDriver.end(write, CommandResult.Done));
    pump();
    ClusterCommand release = commands(WriteOwnerMetadata.class).getFirst();
    assertThat(((WriteOwnerMetadata) ClusterCommands.body(release)).getRemoveFinalizers())
        .containsExactly(FINALIZER);
    assertThat(task.read(Topics.VMI_ENDED))
        .singleElement()
        .satisfies(end -> assertThat(end.getKind()).isEqualTo("VirtualMachineInstance"));

    task.send(
        Topics.VM_DESIRED,
        TaskDriver.VM_UID,
        new VmDesired(
            1L,
            TaskDriver.START_MS,
            new VmiOwnerDeleted("VirtualMachine", TaskDriver.VM_UID, "default", "tiny")));
    assertThat(task.read(Topics.VMI_ENDED)).as("commands without an end").isEmpty();
    task.advance(Duration.ofSeconds(31));
    List<VmiEnded> ended = task.read(Topics.VMI_ENDED);
    assertThat(ended)
        .singleElement()
        .satisfies(
            end -> {
              assertThat(end.getKind()).isEqualTo("VirtualMachine");
              assertThat(end.getVmiUid()).isEqualTo(TaskDriver.VM_UID);
            });
    seen(TaskDriver.vm(13, "Always"));
    assertThat(commands(CreateVmi.class)).as("a record that comes late").isEmpty();
    task.advance(Duration.ofDays(1).plusMinutes(1));
    assertThat(task.stores().get(Owners.STORE)).as("forgotten after a day").isEmpty();
  }

  @Test
  void shouldPutEachCommandAndItsOneEndOnTheRecord() {
    made();
    List<ClusterCommand> issued = new ArrayList<>(task.read(Topics.CLUSTER_COMMANDS));
    for (int i = 0; i < 2; i++) {
      for (ClusterCommand command : issued) {
        if (command.getOwner() != null) {
          task.send(
              Topics.OUTCOMES,
              TaskDriver.VM_UID,
              TaskDriver.ownerEnd(command, CommandResult.Done, null));
        }
      }
    }

    List<VmEvent> events = task.read(Topics.VM_EVENTS);
    List<String> ends =
        events.stream()
            .filter(e -> e.getType().startsWith("Command") && !e.getType().equals("CommandIssued"))
            .map(VmEvent::getCommandId)
            .toList();
    assertThat(ends).doesNotHaveDuplicates().isNotEmpty();
    assertThat(events)
        .extracting(VmEvent::getSequence)
        .as("without gaps")
        .isEqualTo(java.util.stream.LongStream.rangeClosed(1, events.size()).boxed().toList());
  }

  @Test
  void shouldGoOnWithTheVmisThatTheStoreHas() {
    made();
    Map<String, Map<String, byte[]>> stores = task.stores();
    assertThat(stores.get(Owners.STORE).keySet())
        .containsExactly(TaskDriver.VM_UID, TaskDriver.VM_UID + "/" + TaskDriver.UID);
    task.close();
    task = new TaskDriver(new SimpleMeterRegistry(), 0, 1, stores, TaskDriver.START_MS);

    seen(TaskDriver.vm(14, "Halted").setGeneration(2));
    assertThat(commands(DeleteVmi.class))
        .singleElement()
        .satisfies(
            command ->
                assertThat(((DeleteVmi) ClusterCommands.body(command)).getVmiUid()).isEqualTo(TaskDriver.UID));
  }

  @Test
  void shouldGoOnAfterASpecThatIsNoJson() {
    listed();
    seen(TaskDriver.vm(10, "Always").setSpecJson("{"));
    assertThat(task.read(Topics.DEAD_LETTERS))
        .singleElement()
        .satisfies(letter -> assertThat(letter.getReason()).isEqualTo("DecisionFailed"));

    seen(TaskDriver.vm(11, "Always"));
    assertThat(commands(CreateVmi.class)).hasSize(1);
  }

  @Test
  void shouldSayWhoChangedWhat() {
    listed();
    seen(TaskDriver.vm(10, "Halted").setActor("alice"));
    seen(TaskDriver.vm(11, "Halted").setActor("alice"));
    seen(TaskDriver.vm(12, "Manual").setGeneration(2).setActor("bob"));
    assertThat(task.read(Topics.VM_EVENTS))
        .filteredOn(event -> event.getType().equals("VmObserved"))
        .extracting(VmEvent::getActor)
        .containsExactly("alice", "kubernetes", "bob");

    vmiSeen(vmi(20, TaskDriver.VM_UID).setActor("carol"));
    vmiSeen(vmi(21, TaskDriver.VM_UID).setActor("carol"));
    assertThat(task.read(Topics.VMI_EVENTS))
        .filteredOn(event -> event.getType().equals("VmiObserved"))
        .extracting(VmiEvent::getActor)
        .containsExactly("carol", "kubernetes");
  }
}
