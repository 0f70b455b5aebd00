package io.vireo.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.CreateLauncherPod;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.LauncherPod;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.ObservedDomain;
import io.vireo.schemas.avro.OwnedVmi;
import io.vireo.schemas.avro.OwnedVmisListed;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.StateChange;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiOwnedState;
import io.vireo.schemas.avro.VmiOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** The same log gives the same bytes, whenever it is read. The seeds are fixed. */
class ReplayTest {

  private static final int LOGS = 20;
  private static final int STEPS = 40;

  private sealed interface Step {
    record Take(Topic<?> topic, String key, byte[] value) implements Step {}

    record Wait(Duration time) implements Step {}
  }

  @Test
  void shouldGiveTheSameBytesForTheSameLog() {
    int owners = 0;
    for (long seed = 0; seed < LOGS; seed++) {
      List<Step> log = new ArrayList<>();
      Map<String, List<String>> live = live(new Random(seed), log);
      assertThat(replay(log)).as("seed %d", seed).isEqualTo(live);
      assertThat(live.get(Topics.VMI_EVENTS.name())).as("seed %d", seed).isNotEmpty();
      owners += live.getOrDefault(Topics.VM_EVENTS.name(), List.of()).size();
    }
    assertThat(owners).isPositive();
  }

  private static TaskDriver task() {
    return new TaskDriver(new SimpleMeterRegistry(), 0, 1, Map.of(), TaskDriver.START_MS);
  }

  private static Map<String, List<String>> live(Random random, List<Step> log) {
    List<ClusterCommand> commands = new ArrayList<>();
    Map<String, List<String>> outputs = new TreeMap<>();
    try (TaskDriver task = task()) {
      List<Step> lists = new ArrayList<>();
      lists.add(take(Topics.VMI_DESIRED, TaskDriver.vmi(1, 10)));
      for (int i = 0; i < STEPS; i++) {
        Step step = i == 0 ? lists.getFirst() : next(random, commands, i);
        log.add(step);
        apply(task, step);
        if (i == 3) {
          lists(task);
        }
        collect(task, outputs, commands);
      }
      outputs.put("stores", hex(task));
    }
    return outputs;
  }

  private static Map<String, List<String>> replay(List<Step> log) {
    Map<String, List<String>> outputs = new TreeMap<>();
    try (TaskDriver task = task()) {
      for (int i = 0; i < log.size(); i++) {
        apply(task, log.get(i));
        if (i == 3) {
          lists(task);
        }
        collect(task, outputs, new ArrayList<>());
      }
      outputs.put("stores", hex(task));
    }
    return outputs;
  }

  private static void lists(TaskDriver task) {
    task.lists(1);
    task.ownersListed(1);
    task.send(Topics.VMI_STATE, "control", new VmiOwnedState(new OwnedVmisListed(0, 1L)));
  }

  private static void apply(TaskDriver task, Step step) {
    switch (step) {
      case Step.Take take -> task.send(take.topic(), take.key(), take.value());
      case Step.Wait wait -> task.advance(wait.time());
    }
  }

  private static void collect(
      TaskDriver task, Map<String, List<String>> outputs, List<ClusterCommand> commands) {
    for (Topic<?> topic : SchedulerTopology.outputs()) {
      for (byte[] bytes : task.readBytes(topic)) {
        outputs
            .computeIfAbsent(topic.name(), name -> new ArrayList<>())
            .add(HexFormat.of().formatHex(bytes));
        if (topic == Topics.CLUSTER_COMMANDS) {
          try {
            commands.add(Topics.CLUSTER_COMMANDS.decode(bytes));
          } catch (io.vireo.schemas.UndecodableRecordException e) {
            throw new AssertionError(e);
          }
        }
      }
    }
  }

  private static List<String> hex(TaskDriver task) {
    List<String> all = new ArrayList<>();
    task.stores()
        .forEach(
            (name, content) ->
                content.forEach(
                    (key, value) ->
                        all.add(name + " " + key + " " + HexFormat.of().formatHex(value))));
    return all;
  }

  private static Step take(Topic<?> topic, SpecificRecord value) {
    return new Step.Take(topic, TaskDriver.UID, AvroCodec.encode(value));
  }

  private static Step next(Random random, List<ClusterCommand> commands, int i) {
    int choice = random.nextInt(15);
    if (choice < 6 && !commands.isEmpty()) {
      ClusterCommand command = commands.get(random.nextInt(commands.size()));
      if (command.getVmiUid() != null || command.getOwner() != null) {
        CommandResult result =
            random.nextInt(5) == 0
                ? CommandResult.values()[random.nextInt(CommandResult.values().length)]
                : CommandResult.Done;
        return command.getOwner() == null
            ? take(Topics.OUTCOMES, TaskDriver.end(command, result))
            : new Step.Take(
                Topics.OUTCOMES,
                TaskDriver.VM_UID,
                AvroCodec.encode(TaskDriver.ownerEnd(command, result, TaskDriver.UID)));
      }
    }
    return switch (choice) {
      case 6 -> take(Topics.VMI_DESIRED, TaskDriver.vmi(1, 10 + random.nextInt(i + 1)));
      case 7 -> pods(random, commands);
      case 8 -> domains(random, i);
      case 9 ->
          new Step.Take(
              Topics.NODE_TRANSITIONS,
              "node-a",
              AvroCodec.encode(
                  TaskDriver.node(
                      "node-a",
                      NodeState.values()[random.nextInt(NodeState.values().length)],
                      1,
                      null)));
      case 10 ->
          random.nextInt(6) == 0
              ? take(
                  Topics.VMI_DESIRED,
                  new VmiDesired(
                      1L, TaskDriver.START_MS, new VmiDeleted(TaskDriver.UID, "default", "tiny")))
              : new Step.Wait(Duration.ofMillis(random.nextInt(90_000)));
      case 11 -> owner(random, i);
      case 12 -> told(random);
      default -> new Step.Wait(Duration.ofMillis(random.nextInt(2_000)));
    };
  }

  private static Step owner(Random random, int i) {
    List<String> strategies = List.of("Always", "RerunOnFailure", "Manual", "Once", "Halted");
    VmiOwner vm =
        TaskDriver.vm(10 + random.nextInt(i + 1), strategies.get(random.nextInt(5)))
            .setStateChangeRequests(
                random.nextBoolean()
                    ? List.of()
                    : List.of(new StateChange("Start", null, Map.of())))
            .build();
    return new Step.Take(
        Topics.VM_DESIRED, TaskDriver.VM_UID, AvroCodec.encode(TaskDriver.owner(1, vm)));
  }

  private static Step told(Random random) {
    List<String> phases = List.of("Scheduling", "Running", "Failed", "Succeeded");
    OwnedVmi vmi =
        OwnedVmi.newBuilder()
            .setUid(TaskDriver.UID)
            .setNamespace("default")
            .setName("tiny")
            .setOwnerKind("VirtualMachine")
            .setOwnerUid(TaskDriver.VM_UID)
            .setObservedAt(TaskDriver.START_MS)
            .setCreationTimestamp(TaskDriver.START_MS)
            .setPhase(phases.get(random.nextInt(4)))
            .setRan(random.nextBoolean())
            .setDeleting(random.nextInt(3) == 0)
            .setEnded(random.nextInt(4) == 0)
            .setConditionsJson("[]")
            .build();
    return new Step.Take(
        Topics.VMI_STATE, TaskDriver.VM_UID, AvroCodec.encode(new VmiOwnedState(vmi)));
  }

  private static Step pods(Random random, List<ClusterCommand> commands) {
    List<LauncherPod> pods =
        commands.stream()
            .filter(c -> c.getBody() instanceof CreateLauncherPod)
            .map(c -> (CreateLauncherPod) c.getBody())
            .map(
                c ->
                    LauncherPod.newBuilder()
                        .setName(c.getPodName())
                        .setNamespace("default")
                        .setUid("uid-of-" + c.getPodName())
                        .setEpoch(c.getEpoch())
                        .setResourceVersion(12)
                        .setNodeName(random.nextBoolean() ? "node-a" : null)
                        .setPhase(random.nextInt(4) == 0 ? "Failed" : "Running")
                        .setPodIps(List.of())
                        .setScheduled(true)
                        .setContainersReady(random.nextBoolean())
                        .setReady(false)
                        .setContainers(List.of())
                        .build())
            .toList();
    return take(
        Topics.POD_OBSERVED,
        new PodsObserved(
            1L, TaskDriver.START_MS, new LauncherPods(TaskDriver.UID, pods, List.of())));
  }

  private static Step domains(Random random, int i) {
    String state = List.of("running", "ended", "unknown").get(random.nextInt(3));
    ObservedDomain domain =
        ObservedDomain.newBuilder()
            .setNode("node-a")
            .setNodeUid("uid-of-node-a")
            .setEpoch(1 + random.nextInt(2))
            .setSession(1)
            .setSequence(i)
            .setState(state)
            .setReason(state.equals("ended") ? "shutdown" : null)
            .setProven(random.nextBoolean())
            .setInterfaces(List.of())
            .setObservedAt(TaskDriver.START_MS)
            .build();
    return take(
        Topics.DOMAIN_OBSERVED,
        new DomainsObserved(1L, TaskDriver.START_MS, new Domains(TaskDriver.UID, List.of(domain))));
  }
}
