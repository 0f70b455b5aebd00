package io.vireo.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualMachinesTest {

  private static List<String> events(OwnerWorld world) {
    return world.issued.stream()
        .map(OwnerDecision.Issued::command)
        .filter(OwnerCommand.EmitEvent.class::isInstance)
        .map(command -> ((OwnerCommand.EmitEvent) command).reason())
        .toList();
  }

  private static String conditions(OwnerWorld world) {
    return String.valueOf(world.owner.status.get("conditions"));
  }

  // -- status

  @Test
  void shouldShowTheWayUpAndDown() {
    OwnerWorld world = OwnerWorld.vm("Always");
    List<String> shown = new ArrayList<>();
    Runnable look =
        () -> {
          if (world.owner != null
              && world.owner.status.containsKey("printableStatus")
              && (shown.isEmpty() || !shown.getLast().equals(world.summary()))) {
            shown.add(world.summary());
          }
        };
    world.settle(
        null,
        () -> {
          look.run();
          return false;
        });
    assertThat(world.owner.status)
        .containsEntry("created", true)
        .containsEntry("ready", true)
        .containsEntry("runStrategy", "Always")
        .containsEntry("observedGeneration", 1)
        .containsEntry("desiredGeneration", 1);
    world.apply(OwnerWorld.vmSpec("Halted", "64Mi"));
    world.settle(
        null,
        () -> {
          look.run();
          return false;
        });

    assertThat(shown).containsExactly("Starting", "Running", "Stopping", "Stopped");
    assertThat(conditions(world)).contains("VMINotExists");
    assertThat(world.owner.status).containsEntry("created", false).containsEntry("ready", false);
    assertThat(events(world)).containsExactly("SuccessfulCreate", "SuccessfulDelete");
  }

  @Test
  void shouldSayThatAChangedTemplateNeedsARestart() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle();
    world.apply(OwnerWorld.vmSpec("Always", "128Mi"));
    world.settle();
    assertThat(conditions(world)).contains("RestartRequired");
    assertThat(world.owner.status)
        .containsEntry("observedGeneration", 1)
        .containsEntry("desiredGeneration", 2);

    world.request(OwnerWorld.stop(world.only().uid), OwnerWorld.start());
    world.settle();
    assertThat(conditions(world)).doesNotContain("RestartRequired");
    assertThat(world.owner.status).containsEntry("observedGeneration", 2);
  }

  @Test
  void shouldNotAskForARestartForAnotherStrategy() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle();
    world.apply(OwnerWorld.vmSpec("Manual", "64Mi"));
    world.settle();
    assertThat(conditions(world)).doesNotContain("RestartRequired");
    assertThat(world.owner.status)
        .containsEntry("observedGeneration", 2)
        .containsEntry("desiredGeneration", 2);
    assertThat(world.allMade).hasSize(1);
  }

  @Test
  void shouldNotClaimToKnowWhatAGuestWasStartedWithAfterMemoryWasLost() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle();
    world.loseMemory();
    world.settle();
    world.apply(OwnerWorld.vmSpec("Always", "128Mi"));
    world.settle();
    assertThat(conditions(world)).doesNotContain("RestartRequired");
  }

  @Test
  void shouldMirrorTheConditionsOfTheVmi() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle();
    assertThat(conditions(world)).contains("type=Ready").contains("status=True");
  }

  @ParameterizedTest
  @CsvSource({
    "Synchronized, False, FailedPvcNotFound, ErrorPvcNotFound",
    "PodScheduled, False, Unschedulable, ErrorUnschedulable",
    "Synchronized, False, ErrImagePull, ErrImagePull",
    "Synchronized, False, ImagePullBackOff, ImagePullBackOff",
    "Synchronized, False, Other, Starting",
    "Paused, True, PausedByUser, Paused",
  })
  void shouldSumUpTheTroubleOfAStart(String type, String status, String reason, String summary) {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle(null, () -> !world.vmis.isEmpty());
    OwnerWorld.Vmi vmi = world.only();
    vmi.phase = "Scheduling";
    vmi.conditions.put(
        type, new io.vireo.scheduler.core.VmiState.Condition(status, reason, null, 0));
    world.told(vmi);
    world.settle(null, () -> world.summary().equals(summary));
    assertThat(world.summary()).isEqualTo(summary);
  }

  // -- starts that fail

  @Test
  void shouldWaitTheSquareOfTheNumberOfStartsThatFailed() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.failing = 3;
    world.settle(null, () -> world.allMade.size() == 3);
    Map<?, ?> failure = (Map<?, ?>) world.owner.status.get("startFailure");
    assertThat(failure.get("consecutiveFailCount")).isEqualTo(2);
    assertThat(failure.get("lastFailedVMIUID")).isEqualTo(world.allMade.get(1).uid);
    assertThat(failure.get("retryAfterTimestamp")).asString().matches("20.*Z");
    assertThat(world.owner.status).containsEntry("printableStatus", "CrashLoopBackOff");
    assertThat(world.allMade.get(1).createdAtMs - world.allMade.get(0).createdAtMs)
        .isBetween(10_000L, 15_100L);
    assertThat(world.allMade.get(2).createdAtMs - world.allMade.get(1).createdAtMs)
        .isBetween(40_000L, 60_100L);

    world.settle();
    assertThat(world.allMade).hasSize(4);
    assertThat(world.owner.status)
        .as("forgotten once the guest runs")
        .doesNotContainKey("startFailure")
        .containsEntry("printableStatus", "Running");
  }

  @Test
  void shouldWaitAtMostFiveMinutes() {
    OwnerWorld world = OwnerWorld.vm("Always");
    assertThat(StartFailures.delayMs("uid", 1, world.json)).isBetween(10_000L, 15_000L);
    assertThat(StartFailures.delayMs("uid", 5, world.json)).isBetween(250_000L, 300_000L);
    assertThat(StartFailures.delayMs("uid", 6, world.json)).isEqualTo(300_000);
    assertThat(StartFailures.delayMs("uid", Integer.MAX_VALUE, world.json)).isEqualTo(300_000);
    assertThat(StartFailures.delayMs("uid", 2, world.json))
        .as("the same each time, and another for another")
        .isEqualTo(StartFailures.delayMs("uid", 2, world.json))
        .isNotEqualTo(StartFailures.delayMs("another", 2, world.json));
  }

  @Test
  void shouldStartAtOnceOnRequestAfterAStartThatFailed() {
    OwnerWorld world = OwnerWorld.vm("RerunOnFailure");
    world.failing = 1;
    world.settle(null, () -> world.summary().equals("CrashLoopBackOff"));
    long asked = world.nowMs;
    world.request(OwnerWorld.start());
    world.settle(null, () -> world.allMade.size() == 2);
    assertThat(world.nowMs - asked).isLessThan(2_000);
    world.settle();
    assertThat(world.openRequests()).isZero();
    assertThat(world.allMade).hasSize(2);
  }

  // -- the way in and out

  @Test
  void shouldHaveItsFinalizerBeforeItsFirstVmi() {
    OwnerWorld world = new OwnerWorld(OwnerRef.VIRTUAL_MACHINE);
    world.apply(OwnerWorld.vmSpec("Always", "64Mi"));
    world.owner.finalizers.clear();
    world.seen();
    world.wireOf(OwnerWorld.Topic.OWNERS).removeFirst();
    world.settle(null, () -> !world.vmis.isEmpty());
    assertThat(world.owner.finalizers).containsExactly(VirtualMachines.FINALIZER);
    assertThat(world.issued)
        .extracting(each -> each.command().type())
        .containsSubsequence("WriteOwnerMetadata", "CreateVmi");
  }

  @Test
  void shouldStayUntilTheEndOfItsVmiIsProven() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle();
    world.only().stuck = true;
    world.delete(false);
    world.settle();
    assertThat(world.owner).isNotNull();
    assertThat(world.summary()).isEqualTo("Terminating");

    world.only().stuck = false;
    world.settle();
    assertThat(world.owner).isNull();
    assertThat(world.state).isNull();
    assertThat(world.allMade).hasSize(1);
  }

  @Test
  void shouldLeaveItsVmiWhenItIsDeletedWithoutIt() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle();
    world.delete(true);
    world.settle();
    assertThat(world.owner).isNull();
    assertThat(world.alive()).hasSize(1);
    assertThat(world.only().deleting).isFalse();
  }

  @Test
  void shouldMakeNoOtherWhileTheEndOfTheFirstIsNotProven() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle();
    world.only().stuck = true;
    world.deleteVmi(world.only());
    world.settle();
    assertThat(world.allMade).hasSize(1);
    assertThat(world.summary()).isEqualTo("Stopping");
  }

  @Test
  void shouldSayThatTheNameIsTakenAndTryAgain() {
    OwnerWorld world = OwnerWorld.vm("Manual");
    world.settle();
    OwnerWorld.Vmi foreign = new OwnerWorld.Vmi("foreign", "tiny", 1, false, world.nowMs);
    foreign.owned = false;
    foreign.phase = "Running";
    world.vmis.put(foreign.uid, foreign);
    world.request(OwnerWorld.start());
    world.settle(null, () -> conditions(world).contains("FailedCreate"));
    assertThat(events(world)).containsOnlyOnce("FailedCreate");

    world.vmis.clear();
    world.settle();
    assertThat(world.alive()).hasSize(1);
    assertThat(conditions(world)).doesNotContain("FailedCreate");
  }

  @Test
  void shouldForgetWhatCouldNotBeMadeWhenItIsNotWantedAnyMore() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.instead = each -> each instanceof OwnerCommand.CreateVmi ? Result.REFUSED : null;
    world.settle(null, () -> conditions(world).contains("FailedCreate"));
    assertThat(world.summary()).isEqualTo("Stopped");
    world.apply(OwnerWorld.vmSpec("Halted", "64Mi"));
    world.settle();
    assertThat(conditions(world)).doesNotContain("Failure");
  }

  @Test
  void shouldMakeItOfTheGenerationThatThereIs() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle(null, () -> world.count(OwnerCommand.CreateVmi.class) == 1);
    long asked = world.nowMs;
    world.apply(OwnerWorld.vmSpec("Always", "128Mi"));
    world.settle();
    assertThat(world.only().generation).isEqualTo(2);
    assertThat(world.only().createdAtMs - asked).as("at once").isLessThan(100);
  }

  @Test
  void shouldTryADeletionAgainAndSayWhyItFailed() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle();
    world.instead = each -> each instanceof OwnerCommand.DeleteVmi ? Result.FAILED : null;
    world.apply(OwnerWorld.vmSpec("Halted", "64Mi"));
    world.settle(null, () -> world.count(OwnerCommand.DeleteVmi.class) == 3);
    assertThat(conditions(world)).contains("FailedDelete");
    world.instead = each -> null;
    world.settle();
    assertThat(world.vmis).isEmpty();
    assertThat(conditions(world)).doesNotContain("Failure");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          runStrategy         | WaitAsReceiver | spec.runStrategy WaitAsReceiver is not supported by Vireo yet
          dataVolumeTemplates | x              | spec.dataVolumeTemplates is not supported by Vireo yet
          instancetype        | x              | spec.instancetype is not supported by Vireo yet
          preference          | x              | spec.preference is not supported by Vireo yet
          running             | true           | spec.running and spec.runStrategy exclude each other
          """)
  void shouldRefuseByNameWhatIsNotSupported(String field, String value, String message) {
    OwnerWorld world = new OwnerWorld(OwnerRef.VIRTUAL_MACHINE);
    Map<String, Object> spec = new HashMap<>(OwnerWorld.vmSpec("Always", "64Mi"));
    spec.put(field, value.equals("x") ? List.of(Map.of("name", "x")) : value);
    world.apply(spec);
    world.settle();
    assertThat(world.allMade).isEmpty();
    assertThat(conditions(world)).contains("Failure", "NotSupported", message);
    assertThat(world.events).extracting(OwnerDecision.Event::type).containsOnlyOnce("SpecRefused");

    world.apply(OwnerWorld.vmSpec("Always", "64Mi"));
    world.settle();
    assertThat(world.alive()).hasSize(1);
    assertThat(conditions(world)).doesNotContain("NotSupported");
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "false, 0"})
  void shouldUnderstandTheOlderForm(boolean running, int vmis) {
    OwnerWorld world = new OwnerWorld(OwnerRef.VIRTUAL_MACHINE);
    Map<String, Object> spec = new HashMap<>(OwnerWorld.vmSpec("Always", "64Mi"));
    spec.remove("runStrategy");
    spec.put("running", running);
    world.apply(spec);
    world.settle();
    assertThat(world.alive()).hasSize(vmis);
  }

  // -- commands

  @Test
  void shouldAskAgainWhenTheAnswerIsLost() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.answers.add(Result.FAILED);
    world.answers.add(Result.UNKNOWN);
    world.answers.add(Result.UNKNOWN);
    world.settle();
    assertThat(world.allMade).hasSize(1);
    assertThat(world.alive()).hasSize(1);
  }

  /** A VMI that went before anybody saw it. */
  @Test
  void shouldAskAgainForAVmiThatNobodyTellsOf() {
    OwnerWorld world = OwnerWorld.vm("Always");
    world.settle(null, () -> !world.vmis.isEmpty());
    long made = world.nowMs;
    world.vmis.clear();
    world.wireOf(OwnerWorld.Topic.TOLD).clear();
    world.settle();
    assertThat(world.allMade).hasSize(2);
    assertThat(world.alive()).hasSize(1);
    assertThat(world.allMade.get(1).createdAtMs - made).isGreaterThanOrEqualTo(60_000);
  }

  @Test
  void shouldEndWhatNobodyAnswersWhenItsTopicKeepsItNoMore() {
    OwnerWorld world = OwnerWorld.vm("Manual");
    world.decide(new OwnerInput.OwnerSeen(world.ref, world.desired(), 1));
    assertThat(world.state.progress().pending()).hasSize(1);
    world.nowMs += java.time.Duration.ofDays(8).toMillis();
    world.decide(new OwnerInput.TimerFired());
    assertThat(world.events).extracting(OwnerDecision.Event::type).contains("CommandExpired");
  }
}
