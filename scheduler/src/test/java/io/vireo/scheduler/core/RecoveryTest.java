package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Launchers that fail, specs that are refused, memories that are lost. */
class RecoveryTest {

  private final World world = new World();

  private World running() {
    world.apply(World.SPEC);
    world.settle();
    assertThat(world.phase()).isEqualTo("Running");
    return world;
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
  void shouldTellWhatAContainerBeforeTheLauncherEndedOf() {
    world.launcherFails =
        pod -> {
          pod.before.clear();
          pod.before.add(ended("copy-tools", 0, ""));
          pod.before.add(ended("disk-root", 1, "No space left on device\n"));
          return "";
        };
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Failed");
    assertThat(world.condition("Synchronized").orElseThrow().get("message").toString())
        .contains("(disk-root: Error, exit code 1: No space left on device)");
  }

  private Pod.Container ended(String name, int exitCode, String message) {
    return new Pod.Container(
        name,
        "terminated",
        exitCode == 0 ? "Completed" : "Error",
        message,
        exitCode,
        "containerd://" + name,
        world.nowMs,
        "example.org/guest:1");
  }

  @Test
  void shouldAskAgainForAPodThatCameAndWentUnseen() {
    world.apply(World.SPEC);
    world.settleUntil(() -> !world.pods.isEmpty());
    world.wire.get(World.Topic.PODS).clear();
    world.pods.clear();
    world.deliverAll(World.Topic.OUTCOMES);
    assertThat(world.state.epoch().stage()).isEqualTo(VmiState.Stage.CREATED);
    world.decide(new Input.BarrierPassed());
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(2);
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
  void shouldKeepTheReasonOfAFailureWhenTheStartIsRefusedForIt() {
    world.instead =
        command -> command.command() instanceof Command.StartDomain ? World.NO_ANSWER : null;
    world.launchersDialIn = false;
    world.apply(World.SPEC);
    world.settle();
    Decision.Issued start =
        world.issued.stream()
            .filter(i -> i.command() instanceof Command.StartDomain)
            .findFirst()
            .orElseThrow();

    world.preparingFailed(1, "ImageInvalid", "disk.vmdk begins like VMDK");
    world.settle();
    world.outcome(
        new CommandOutcome(
            start.commandId(),
            "StartDomain",
            Result.REFUSED,
            "EpochClosed",
            "Nothing is started for this epoch any more.",
            "node/" + World.NODE,
            null,
            null,
            null,
            null));
    world.settle();

    assertThat(world.vmi.status).containsEntry("reason", "ImageInvalid");
    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("reason", "ImageInvalid")
        .containsEntry("message", "disk.vmdk begins like VMDK");
  }

  /** As with a MAC address: told once as an Event, asked again, and over when the other ended. */
  @Test
  void shouldWaitForWhatAnotherOfTheNodeHas() {
    int[] refusals = {0};
    world.instead =
        command ->
            command.command() instanceof Command.StartDomain && refusals[0]++ < 3
                ? new CommandOutcome(
                    command.commandId(),
                    "StartDomain",
                    Result.REFUSED,
                    "MacAddressInUse",
                    "It is in use by VMI web.",
                    "node/" + World.NODE,
                    null,
                    null,
                    null,
                    null)
                : null;
    world.apply(World.SPEC);
    world.settleUntil(() -> refusals[0] == 3 && world.condition("Synchronized").isPresent());

    assertThat(world.phase()).isIn("Scheduling", "Scheduled");
    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("status", "False")
        .containsEntry("reason", "MacAddressInUse")
        .hasEntrySatisfying(
            "message", m -> assertThat(m.toString()).startsWith("It is in use by VMI web."));
    world.settle();
    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.condition("Synchronized")).isEmpty();
    assertThat(world.commands(Command.EmitEvent.class))
        .filteredOn(event -> event.reason().equals("MacAddressInUse"))
        .singleElement()
        .satisfies(event -> assertThat(event.message()).contains("VMI web"));
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
        "startStrategy":"Paused","volumes":[]}""");
    world.settle();

    assertThat(world.phase()).isEqualTo("Failed");
    String message = (String) world.condition("Synchronized").orElseThrow().get("message");
    assertThat(message)
        .contains(
            "spec.domain.cpu.cores",
            "spec.domain.memory.guest",
            "spec.domain.devices.tpm",
            "spec.startStrategy");
    assertThat(world.condition("Ready").orElseThrow())
        .containsEntry("message", "no virt-launcher pod will be scheduled any more");
    assertThat(world.kubernetesWrites()).containsExactly("WriteStatus");
    assertThat(world.commands(Command.EmitEvent.class))
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo("InvalidSpec");
              assertThat(e.message()).contains("spec.startStrategy");
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
  void shouldShowNoEarlierPhaseWithAFreshMemory() {
    running();
    int before = world.commands(Command.WriteStatus.class).size();
    world.loseMemory();
    world.settle();

    List<Command.WriteStatus> writes = world.commands(Command.WriteStatus.class);
    assertThat(writes.subList(before, writes.size()))
        .isNotEmpty()
        .allSatisfy(
            write ->
                assertThat(write.statusJson())
                    .contains("\"phase\":\"Running\"", "\"nodeName\":\"" + World.NODE + "\""));
  }

  /** The outcome of the Start may be known before the node's report that it runs. */
  @Test
  void shouldNotGoBackFromRunningWhenASilentNodeHasStartedTheGuest() {
    world.apply(World.SPEC);
    world.settleUntil(() -> !world.commands(Command.StartDomain.class).isEmpty());
    world.standing("Lost");
    world.deliverAll(World.Topic.NODES);
    world.settleUntil(world::anythingRuns);
    world.deliverAll(World.Topic.OUTCOMES);
    world.standing("Back");
    world.deliverAll(World.Topic.NODES);
    world.settle();

    assertThat(world.phases())
        .containsExactly("Pending", "Scheduling", "Unknown", "Scheduled", "Running");
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
  void shouldNotBelieveAnEndWhileTheGuestRuns() {
    running();
    world.vmi.status = Map.of("phase", "Succeeded", "nodeName", World.NODE);
    world.loseMemory();
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.domainsCreated()).isEqualTo(1);
    assertThat(world.commands(Command.DestroyDomain.class)).isEmpty();
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

  private static CommandOutcome unknown(Decision.Issued command) {
    return World.outcome(command, Result.UNKNOWN, "TimedOut", null, null);
  }
}
