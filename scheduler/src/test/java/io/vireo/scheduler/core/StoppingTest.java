package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.World.Topic;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The way down, and guests that end by themselves. */
class StoppingTest {

  private final World world = new World();

  private World running() {
    world.apply(World.SPEC);
    world.settle();
    assertThat(world.phase()).isEqualTo("Running");
    return world;
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

  @ParameterizedTest
  @CsvSource({"0, Succeeded,", "1, Failed, LauncherDied"})
  void shouldAskOnlyTheLaunchersContainerHowAGuestEnded(
      int exitCode, String phase, String statusReason) {
    running();
    world.deadNodes.add(World.NODE);
    World.Launcher pod = world.pods.values().iterator().next();
    pod.before.add(
        new Pod.Container(
            "disk-root",
            "terminated",
            exitCode == 0 ? "Error" : "Completed",
            null,
            1 - exitCode,
            "containerd://0",
            world.nowMs,
            "example.org/guest:1"));
    pod.exitCode = exitCode;
    pod.finishedAtMs = world.nowMs;
    pod.phase = phase;
    world.podsSeen();
    world.settle();

    assertThat(world.phase()).isEqualTo(phase);
    assertThat(world.vmi.status.get("reason")).isEqualTo(statusReason);
  }

  @ParameterizedTest
  @CsvSource({"0, Succeeded,", "1, Failed, LauncherDied"})
  void shouldKeepTheProofOfAPodWhoseObjectGoesBeforeTheNodeSpeaks(
      int exitCode, String phase, String statusReason) {
    running();
    world.deadNodes.add(World.NODE);
    World.Launcher pod = world.pods.values().iterator().next();
    pod.exitCode = exitCode;
    pod.finishedAtMs = world.nowMs;
    pod.phase = phase;
    world.podsSeen();
    world.pods.clear();
    world.podsSeen();
    world.settle();

    assertThat(world.phase()).isEqualTo(phase);
    assertThat(world.vmi.status.get("reason")).isEqualTo(statusReason);
    assertThat(world.domainsCreated()).isEqualTo(1);
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
}
