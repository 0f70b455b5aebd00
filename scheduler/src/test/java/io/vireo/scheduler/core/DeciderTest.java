package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.World.Topic;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeciderTest {

  private final World world = new World();

  private World running() {
    world.apply(World.SPEC);
    world.settle();
    assertThat(world.phase()).isEqualTo("Running");
    return world;
  }

  // -- the way up

  @Test
  void shouldGoFromApplyToRunningWithSixWrites() {
    running();

    assertThat(world.commandsWithoutEvents())
        .containsExactly(
            "WriteStatus",
            "CreateLauncherPod",
            "WriteStatus",
            "StartDomain",
            "WriteStatus",
            "SetPodReady",
            "WriteStatus");
    assertThat(world.kubernetesWrites()).hasSizeLessThanOrEqualTo(6);
    assertThat(world.phases()).containsExactly("Pending", "Scheduling", "Scheduled", "Running");
    assertThat(world.domainsCreated()).isEqualTo(1);
  }

  @Test
  void shouldPutFinalizerAndEpochOnTheObjectBeforeThePod() {
    running();

    Command.WriteStatus first = world.commands(Command.WriteStatus.class).getFirst();
    assertThat(first.addFinalizers()).containsExactly("kubevirt.io/foregroundDeleteVirtualMachine");
    assertThat(first.annotations()).containsEntry("vireo.io/epoch", "1");
    assertThat(world.vmi.finalizers).hasSize(1);
  }

  @Test
  void shouldNameTheNodeOnTheObjectBeforeTheGuestMayStart() {
    world.apply(World.SPEC);
    world.settleUntil(() -> !world.commands(Command.StartDomain.class).isEmpty());

    assertThat(world.vmi.status).containsEntry("nodeName", World.NODE);
    assertThat(world.phase()).isEqualTo("Scheduling");
  }

  @Test
  void shouldNotStartWhileTheObjectNamesNoNode() {
    world.instead =
        command ->
            command.command() instanceof Command.WriteStatus write
                    && write.statusJson().contains("nodeName")
                ? World.outcome(command, Result.FAILED, "Timeout", null, null)
                : null;
    world.apply(World.SPEC);
    world.settleUntil(() -> world.commands(Command.WriteStatus.class).size() > 3);

    assertThat(world.commands(Command.StartDomain.class)).isEmpty();

    world.instead = command -> null;
    world.settle();
    assertThat(world.phase()).isEqualTo("Running");
  }

  @Test
  void shouldCountThePodAsHandedOverOnlyOnceItsLauncherRuns() {
    running();

    List<Command.WriteStatus> writes = world.commands(Command.WriteStatus.class);
    assertThat(writes.get(0).labels()).isEmpty();
    assertThat(writes.get(1).labels()).isEmpty();
    assertThat(writes.get(2).labels()).containsEntry("kubevirt.io/nodeName", World.NODE);
    assertThat(world.vmi.status)
        .containsEntry("nodeName", World.NODE)
        .containsEntry("activePods", Map.of(world.pods.values().iterator().next().uid, World.NODE));
    assertThat(world.condition("Ready").orElseThrow()).containsEntry("status", "True");
  }

  @Test
  void shouldNameTheCurrentEpochAndPodInTheStart() {
    running();

    Command.StartDomain start = world.commands(Command.StartDomain.class).getFirst();
    Command.CreateLauncherPod create = world.commands(Command.CreateLauncherPod.class).getFirst();
    assertThat(start.podName()).isEqualTo(create.podName()).endsWith("-1");
    assertThat(start.node()).isEqualTo(World.NODE);
    assertThat(start.nodeUid()).isEqualTo(World.NODE_UID);
    assertThat(start.domain().memoryKiB()).isEqualTo(128 * 1024);
  }

  @Test
  void shouldRestOnceRunning() {
    running();

    assertThat(world.wakeUp).isEmpty();
    int before = world.issued.size();
    world.seen();
    world.podsSeen();
    world.settle();
    assertThat(world.issued).hasSize(before);
  }

  @Test
  void shouldNotRepeatPhasesWhileTheFirstWriteIsUnderWay() {
    world.apply(World.SPEC);
    Stream.of(Topic.NODES, Topic.PODS, Topic.VMIS).forEach(world::deliverAll);
    List<String> before = world.phases();

    world.nowMs += 5_000;
    world.podsSeen();
    world.deliverAll(Topic.PODS);

    assertThat(before).containsExactly("Pending", "Scheduling");
    assertThat(world.phases()).isEqualTo(before);
  }

  @Test
  void shouldCopyTheReasonWhyNoNodeTakesThePod() {
    world.unschedulable = "0/1 nodes are available: 1 Insufficient memory.";
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Scheduling");
    assertThat(world.condition("PodScheduled").orElseThrow())
        .containsEntry("status", "False")
        .containsEntry("reason", "Unschedulable")
        .containsEntry("message", world.unschedulable);

    world.unschedulable = null;
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.condition("PodScheduled")).isEmpty();
  }

  @Test
  void shouldCreateNothingBeforeTheLists() {
    World unlisted = World.unlisted();
    unlisted.apply(World.SPEC);
    unlisted.settle();
    assertThat(unlisted.commands()).isEmpty();

    unlisted.barrier("Vmi");
    unlisted.settle();
    assertThat(unlisted.commands()).isEmpty();

    unlisted.barrier("Pod");
    unlisted.settle();
    assertThat(unlisted.phase()).isEqualTo("Running");
  }

  @Test
  void shouldNotEchoAStatusThatKubernetesChanged() {
    running();
    int before = world.issued.size();

    world.vmi.status = Map.of("phase", "Running", "extra", "by someone else");
    world.seen();
    world.settle();
    assertThat(world.issued).hasSize(before + 1);
    assertThat(world.vmi.status).doesNotContainKey("extra");

    world.seen();
    world.settle();
    assertThat(world.issued).hasSize(before + 1);
  }

  @Test
  void shouldAcceptWhatTheApiServerMakesOfAStatus() {
    world.instead =
        command -> {
          if (command.command() instanceof Command.WriteStatus write) {
            world.vmi.annotations.put("vireo.io/epoch", "1");
            world.vmi.finalizers.add("kubevirt.io/foregroundDeleteVirtualMachine");
            Map<String, Object> status = new java.util.TreeMap<>();
            Map<?, ?> written = (Map<?, ?>) world.json.read(write.statusJson());
            status.put("phase", written.toString());
            if (written.get("nodeName") != null) {
              status.put("nodeName", written.get("nodeName"));
            }
            world.vmi.status = status;
            world.seen();
            return World.outcome(command, Result.DONE, null, world.vmi.version, null);
          }
          return null;
        };
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.commands(Command.WriteStatus.class)).hasSize(4);
  }

  @Test
  void shouldWriteAgainAfterARefusalButNotAtOnce() {
    int[] refusals = {0};
    world.instead =
        command ->
            command.command() instanceof Command.WriteStatus && refusals[0]++ < 3
                ? World.outcome(command, Result.UNKNOWN, "TimedOut", null, null)
                : null;
    long begun = world.nowMs;
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.nowMs - begun).isGreaterThanOrEqualTo(500 + 1000 + 2000);
  }

  // -- outcomes

  @Test
  void shouldEndACommandOnce() {
    world.duplicateOutcomes = true;
    running();

    long ends = world.events.stream().filter(e -> e.type().equals("CommandDone")).count();
    assertThat(ends).isEqualTo(world.issued.size());
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(1);
  }

  @Test
  void shouldCatchUpWithWhatAnExecutorHolds() {
    boolean[] refused = {false};
    world.instead =
        command -> {
          if (command.command() instanceof Command.StartDomain && !refused[0]) {
            refused[0] = true;
            return new CommandOutcome(
                command.commandId(),
                "StartDomain",
                Result.REFUSED,
                "StaleCommand",
                "stale",
                "node/node-a",
                1L,
                4000L,
                null,
                null);
          }
          return null;
        };
    running();

    assertThat(
            world.issued.stream().filter(i -> i.command() instanceof Command.StartDomain).toList())
        .hasSize(2)
        .last()
        .satisfies(i -> assertThat(i.seq()).isGreaterThan(4000));
  }
}
