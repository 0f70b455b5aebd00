package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.World.Topic;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  void shouldGoFromApplyToRunningWithFiveWrites() {
    running();

    assertThat(world.commandsWithoutEvents())
        .containsExactly(
            "WriteStatus",
            "CreateLauncherPod",
            "StartDomain",
            "WriteStatus",
            "SetPodReady",
            "WriteStatus");
    assertThat(world.kubernetesWrites()).hasSizeLessThanOrEqualTo(5);
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
  void shouldShowThePodsNodeOnlyOnceHandedOver() {
    running();

    List<Command.WriteStatus> writes = world.commands(Command.WriteStatus.class);
    assertThat(writes.get(0).labels()).isEmpty();
    assertThat(writes.get(1).labels()).containsEntry("kubevirt.io/nodeName", World.NODE);
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
            world.vmi.status = Map.of("phase", world.json.read(write.statusJson()).toString());
            world.seen();
            return World.outcome(command, Result.DONE, null, world.vmi.version, null);
          }
          return null;
        };
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.commands(Command.WriteStatus.class)).hasSize(3);
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

  // -- the way down

  @Test
  void shouldGoDownInOrder() {
    running();
    int up = world.issued.size();

    world.delete();
    world.settle();

    assertThat(
            world
                .commandsWithoutEvents()
                .subList(
                    (int)
                        world.issued.subList(0, up).stream()
                            .filter(i -> !(i.command() instanceof Command.EmitEvent))
                            .count(),
                    world.commandsWithoutEvents().size()))
        .containsExactly("StopDomain", "DeleteLauncherPod", "RemoveFinalizer");
    assertThat(world.nothingIsLeft()).isTrue();
    assertThat(world.ended).isNotNull();
    assertThat(world.events.getLast().type()).isEqualTo("VmiEnded");
    assertThat(world.phases()).endsWith("Succeeded");
    Command.StopDomain stop = world.commands(Command.StopDomain.class).getFirst();
    assertThat(stop.gracePeriodSeconds()).isEqualTo(10);
  }

  @Test
  void shouldKeepTheFinalizerUntilTheEndIsProven() {
    running();
    world.instead =
        command -> command.command() instanceof Command.StopDomain ? unknown(command) : null;
    world.delete();
    world.settleUntil(() -> world.commands(Command.StopDomain.class).size() > 2);

    assertThat(world.commands(Command.RemoveFinalizer.class)).isEmpty();
    assertThat(world.anythingRuns()).isTrue();

    world.instead = command -> null;
    world.settle();
    assertThat(world.nothingIsLeft()).isTrue();
  }

  private static CommandOutcome unknown(Decision.Issued command) {
    return World.outcome(command, Result.UNKNOWN, "TimedOut", null, null);
  }

  static IntStream steps() {
    return IntStream.range(0, 60);
  }

  /** Step by step through the life; later steps are those of a VMI that runs. */
  @ParameterizedTest
  @MethodSource("steps")
  void shouldLeaveNothingWhenDeletedAtAnyStep(int steps) {
    world.apply(World.SPEC);
    int[] count = {0};
    world.settleUntil(() -> count[0]++ >= steps);

    world.delete();
    world.settle();

    assertThat(world.nothingIsLeft()).isTrue();
    assertThat(world.domainsCreated()).isLessThanOrEqualTo(1);
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSizeLessThanOrEqualTo(1);
    assertThat(world.commands(Command.RemoveFinalizer.class)).hasSizeLessThanOrEqualTo(2);
    assertThat(world.commands(Command.DeleteLauncherPod.class)).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void shouldTakeASecondDeletionAsTheFirst() {
    running();
    world.delete();
    world.settleUntil(() -> !world.commands(Command.StopDomain.class).isEmpty());
    world.vmi.deletedAtMs = null;
    world.delete();
    world.settle();

    assertThat(world.nothingIsLeft()).isTrue();
    assertThat(world.commands(Command.StopDomain.class)).hasSize(1);
    assertThat(world.commands(Command.RemoveFinalizer.class)).hasSize(1);
  }

  @Test
  void shouldNotAskAgainAtOnceWhenTheWatchIsSlow() {
    running();
    world.delete();
    world.settleUntil(() -> !world.commands(Command.RemoveFinalizer.class).isEmpty());
    world.executeCluster();
    world.deliverAll(Topic.OUTCOMES);
    world.deliverAll(Topic.OUTCOMES);

    assertThat(world.commands(Command.RemoveFinalizer.class)).hasSize(1);
  }

  @Test
  void shouldEndWhenAPodWasMadeAndRemovedUnseen() {
    // Ingest is down while the pod is created and while it is deleted: no record ever shows it.
    world.instead =
        command ->
            command.command() instanceof Command.CreateLauncherPod
                ? World.outcome(command, Result.UNKNOWN, "TimedOut", null, null)
                : null;
    world.apply(World.SPEC);
    world.settleUntil(() -> !world.commands(Command.CreateLauncherPod.class).isEmpty());
    world.delete();
    world.settle();

    assertThat(world.nothingIsLeft()).isTrue();
  }

  @Test
  void shouldDeleteNothingBeforeTheLists() {
    World fresh = World.unlisted();
    fresh.apply(World.SPEC);
    fresh.vmi.finalizers.add("kubevirt.io/foregroundDeleteVirtualMachine");
    fresh.vmi.annotations.put("vireo.io/epoch", "1");
    fresh.delete();
    fresh.pods.put("old", new World.Launcher("old", "uid-of-old", 1));
    fresh.podsSeen();
    fresh.settle();

    assertThat(fresh.commands()).isEmpty();
  }

  @Test
  void shouldDeleteThePodWhenTheNodeIsSilentAndSayUnknown() {
    running();
    world.standing("Lost");
    world.settle();
    assertThat(world.phase()).isEqualTo("Unknown");
    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("reason", "NodeUnresponsive");

    world.standing("Back");
    world.settle();
    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.domainsCreated()).isEqualTo(1);
  }

  @Test
  void shouldEndWhenASilentNodeIsFenced() {
    running();
    world.standing("Lost");
    world.settle();
    world.standing("Fenced");
    world.settle();

    assertThat(world.phase()).isEqualTo("Failed");
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(1);
  }

  // -- guests that end by themselves

  @ParameterizedTest
  @CsvSource({
    "shutdown, Succeeded,",
    "crashed, Failed, Crashed",
    "panicked, Failed, GuestPanicked",
    "destroyed, Failed, Destroyed",
    "launcher-died, Failed, LauncherDied",
    "unknown, Failed, Stopped"
  })
  void shouldTellHowAGuestEnded(String reason, String phase, String statusReason) {
    running();
    world.domainEnds(reason);
    world.settle();

    assertThat(world.phase()).isEqualTo(phase);
    assertThat(world.vmi.status.get("reason")).isEqualTo(statusReason);
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(1);

    world.delete();
    world.settle();
    assertThat(world.nothingIsLeft()).isTrue();
    assertThat(world.phases()).endsWith(phase);
  }

  @Test
  void shouldDestroyAGuestWhosePodWasForcedAway() {
    running();
    world.pods.clear();
    world.podsSeen();
    world.settle();

    assertThat(world.commands(Command.DestroyDomain.class)).hasSize(1);
    assertThat(world.anythingRuns()).isFalse();
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(1);
  }

  @Test
  void shouldEndWellWhenThePodIsDeletedByHand() {
    running();
    world.removeOrTerminate(world.pods.values().iterator().next());
    world.settle();

    assertThat(world.phase()).isEqualTo("Succeeded");
    assertThat(world.domainsCreated()).isEqualTo(1);
  }

  // -- launchers that fail

  @Test
  void shouldTryAnotherEpochWhenThePodFailedBeforeADomain() {
    world.launcherFails = pod -> pod.epoch < 3 ? "Evicted" : null;
    long begun = world.nowMs;
    running();

    assertThat(world.commands(Command.CreateLauncherPod.class).stream().map(c -> c.epoch()))
        .containsExactly(1L, 2L, 3L);
    assertThat(world.nowMs - begun).isGreaterThanOrEqualTo(500 + 1000);
    assertThat(world.vmi.annotations).containsEntry("vireo.io/epoch", "3");
    assertThat(world.condition("Synchronized")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldGiveUpAfterFiveLaunchers(boolean admitted) {
    world.launcherFails = pod -> admitted && !pod.started ? null : "UnexpectedAdmissionError";
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Failed");
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(5);
    assertThat(world.vmi.status).containsEntry("reason", "LauncherFailed");
    assertThat(world.domainsCreated()).isZero();

    world.delete();
    world.settle();
    assertThat(world.nothingIsLeft()).isTrue();
  }

  @Test
  void shouldTryAnotherEpochWhenThePodIsRefused() {
    world.instead =
        command ->
            command.command() instanceof Command.CreateLauncherPod create && create.epoch() == 1
                ? World.outcome(command, Result.REFUSED, "NameTaken", null, null)
                : null;
    running();

    assertThat(world.commands(Command.CreateLauncherPod.class).stream().map(c -> c.epoch()))
        .containsExactly(1L, 2L);
  }

  @Test
  void shouldAskAgainWhenACreationIsUnknown() {
    boolean[] lost = {false};
    world.instead =
        command -> {
          if (command.command() instanceof Command.CreateLauncherPod && !lost[0]) {
            lost[0] = true;
            return unknown(command);
          }
          return null;
        };
    running();

    assertThat(world.commands(Command.CreateLauncherPod.class).stream().map(c -> c.epoch()))
        .containsExactly(1L, 1L);
  }

  @Test
  void shouldFailWhenTheLauncherCannotPrepare() {
    world.launchersDialIn = false;
    world.apply(World.SPEC);
    world.settle();

    world.preparingFailed(1, "InvalidDiskImage", "disk.qcow2 does not begin like a qcow2 image");
    world.settle();

    assertThat(world.phase()).isEqualTo("Failed");
    assertThat(world.vmi.status).containsEntry("reason", "InvalidDiskImage");
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(1);
  }

  @Test
  void shouldFailWhenLibvirtRefusesTheDomain() {
    world.instead =
        command ->
            command.command() instanceof Command.StartDomain
                ? World.outcome(command, Result.FAILED, "SyncFailed", null, null)
                : null;
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Failed");
    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("reason", "SyncFailed")
        .containsEntry("message", "SyncFailed in words");
  }

  // -- wrong input

  @Test
  void shouldFailWithThePathOfEveryRefusedField() {
    world.apply(
        """
        {"domain":{"cpu":{"cores":0},"memory":{"guest":"1Ei"},"devices":{"tpm":{}}},\
        "hostname":"a","volumes":[]}""");
    world.settle();

    assertThat(world.phase()).isEqualTo("Failed");
    String message = (String) world.condition("Synchronized").orElseThrow().get("message");
    assertThat(message)
        .contains(
            "spec.domain.cpu.cores",
            "spec.domain.memory.guest",
            "spec.domain.devices.tpm",
            "spec.hostname");
    assertThat(world.kubernetesWrites()).containsExactly("WriteStatus");
    assertThat(world.commands(Command.EmitEvent.class))
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo("InvalidSpec");
              assertThat(e.message()).contains("spec.hostname");
            });
    assertThat(world.vmi.finalizers).isEmpty();

    world.delete();
    world.settle();
    assertThat(world.nothingIsLeft()).isTrue();
  }

  @Test
  void shouldTellUnsupportedFieldsFromWrongOnes() {
    world.apply(
        """
        {"domain":{"memory":{"guest":"1Gi"},"devices":{"tpm":{}}}}""");
    world.settle();

    assertThat(world.vmi.status).containsEntry("reason", "FieldNotSupported");
  }

  // -- a memory that is lost

  @ParameterizedTest
  @ValueSource(strings = {"Scheduling", "Scheduled", "Running"})
  void shouldNotStartASecondDomainWithAFreshMemory(String at) {
    world.apply(World.SPEC);
    world.settleUntil(() -> at.equals(world.phase()));
    long before = world.domainsCreated();

    world.loseMemory();
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.domainsCreated()).isEqualTo(1).isGreaterThanOrEqualTo(before);
    assertThat(world.pods).hasSize(1);
  }

  @Test
  void shouldCountAnEpochAsOpenUntilItsEndIsProven() {
    // The object names an epoch and a node; the pod is gone; the node says nothing.
    World lost = new World();
    lost.apply(World.SPEC);
    lost.vmi.annotations.put("vireo.io/epoch", "4");
    lost.vmi.finalizers.add("kubevirt.io/foregroundDeleteVirtualMachine");
    lost.vmi.status = Map.of("phase", "Running", "nodeName", World.NODE);
    lost.seen();
    lost.instead = command -> command.command() instanceof Command.ToNode ? unknown(command) : null;
    lost.settleUntil(() -> lost.commands(Command.DestroyDomain.class).size() > 1);

    assertThat(lost.commands(Command.CreateLauncherPod.class)).isEmpty();
    assertThat(lost.commands(Command.StartDomain.class)).isEmpty();
  }

  @Test
  void shouldKeepAFinalPhaseWithAFreshMemory() {
    running();
    world.domainEnds("shutdown");
    world.settle();
    world.loseMemory();
    world.settle();

    assertThat(world.phase()).isEqualTo("Succeeded");
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(1);
  }

  @Test
  void shouldForgetWhatItHearsOfAVmiThatIsGone() {
    running();
    world.delete();
    world.settle();

    world.podsSeen();
    world.report(1, "ended", "shutdown", true);
    world.settle();

    assertThat(world.state).isNull();
  }
}
