package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command has one end, and none is left without. */
class CommandEndsTest {

  private final World world = new World();

  private List<String> endsOf(String commandType) {
    return world.events.stream()
        .filter(e -> e.type().startsWith("Command") && !e.type().equals("CommandIssued"))
        .filter(e -> commandType.equals(e.attributes().get("commandType")))
        .map(Decision.Event::type)
        .toList();
  }

  private void everyCommandHasOneEnd() {
    assertThat(
            world.events.stream()
                .filter(e -> e.type().startsWith("Command") && !e.type().equals("CommandIssued"))
                .map(Decision.Event::commandId))
        .containsExactlyInAnyOrderElementsOf(
            world.issued.stream().map(Decision.Issued::commandId).toList());
  }

  @Test
  void shouldNotWaitForEverForAnOutcomeOfAVmiThatIsGone() {
    world.apply(World.SPEC);
    world.settle();
    world.instead =
        command -> command.command() instanceof Command.EmitEvent ? World.NO_ANSWER : null;
    world.delete();
    world.settleUntil(() -> world.vmi == null);
    long gone = world.nowMs;
    assertThat(world.ended).isNull();
    world.settle();

    assertThat(world.ended).isNotNull();
    assertThat(world.nowMs - gone).isBetween(1L, 30_000L);
    assertThat(endsOf("EmitEvent")).endsWith("CommandUnknown");
    everyCommandHasOneEnd();
  }

  @Test
  void shouldTakeTheEndOfACommandOnlyFromItsNode() {
    world.instead =
        command -> command.command() instanceof Command.StartDomain ? World.NO_ANSWER : null;
    world.apply(World.SPEC);
    world.settleUntil(() -> !world.commands(Command.StartDomain.class).isEmpty());
    Decision.Issued start =
        world.issued.stream()
            .filter(i -> i.command() instanceof Command.StartDomain)
            .findFirst()
            .orElseThrow();
    CommandOutcome failed =
        new CommandOutcome(
            start.commandId(),
            "StartDomain",
            Result.FAILED,
            "ImageInvalid",
            "in words",
            "node/another",
            null,
            null,
            null,
            null);
    world.decide(new Input.OutcomeSeen(failed));

    assertThat(world.state.progress().pending()).containsKey(start.commandId());
    assertThat(world.state.epoch().failure()).isNull();
  }

  @Test
  void shouldEndTheCommandsOfAFencedNodeWithItsVmi() {
    world.instead = command -> command.command() instanceof Command.ToNode ? World.NO_ANSWER : null;
    world.apply(World.SPEC);
    world.settle();
    world.delete();
    world.settleUntil(() -> !world.commands(Command.StopDomain.class).isEmpty());
    world.deadNodes.add(World.NODE);
    world.standing("Fenced");
    world.settle();

    assertThat(world.ended).isEqualTo("node node-a is fenced by alice");
    assertThat(endsOf("StartDomain")).containsExactly("CommandUnknown");
    assertThat(endsOf("StopDomain")).containsOnly("CommandSuperseded");
    everyCommandHasOneEnd();
    assertThat(world.events.getLast().type()).isEqualTo("VmiEnded");
  }

  @Test
  void shouldSayThatAStartWasInVainWhereItsNodeSaidSo() {
    world.launchersDialIn = false;
    world.instead =
        command -> command.command() instanceof Command.StartDomain ? World.NO_ANSWER : null;
    world.apply(World.SPEC);
    world.settle();
    world.delete();
    world.settle();

    assertThat(world.ended).isNotNull();
    assertThat(endsOf("StartDomain")).containsExactly("CommandSuperseded");
    everyCommandHasOneEnd();
  }

  @ParameterizedTest
  @ValueSource(strings = {"WriteStatus", "CreateLauncherPod", "StartDomain", "SetPodReady"})
  void shouldDecideAnewWhatHasExpired(String type) {
    Duration retention = Duration.ofMinutes(20);
    world.decider = new Decider(World.SETTINGS, world.json, retention);
    int[] lost = {0};
    world.instead =
        command -> command.command().type().equals(type) && lost[0]++ == 0 ? World.NO_ANSWER : null;
    long begun = world.nowMs;
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(endsOf(type).getFirst()).isEqualTo("CommandExpired");
    assertThat(world.nowMs - begun).isGreaterThanOrEqualTo(retention.toMillis());
    assertThat(world.wakeUp).isEmpty();
    everyCommandHasOneEnd();
  }

  @Test
  void shouldNotTakeALateEndForAnother() {
    world.decider = new Decider(World.SETTINGS, world.json, Duration.ofMinutes(20));
    Decision.Issued[] late = {null};
    world.instead =
        command -> {
          if (late[0] == null && command.command() instanceof Command.CreateLauncherPod) {
            late[0] = command;
            return World.NO_ANSWER;
          }
          return null;
        };
    world.apply(World.SPEC);
    world.settle();
    world.outcome(World.outcome(late[0], Result.FAILED, "Late", null, null));
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    everyCommandHasOneEnd();
  }

  @ParameterizedTest
  @CsvSource({
    "CreateLauncherPod, AwaitingPod",
    "StartDomain, AwaitingLauncher",
  })
  void shouldSayWhatIsWaitedFor(String type, String reason) {
    world.instead = command -> command.command().type().equals(type) ? World.NO_ANSWER : null;
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.condition("Synchronized").orElseThrow()).containsEntry("reason", reason);
    assertThat(world.commands(Command.WriteStatus.class)).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void shouldSayThatNoNodeTookThePodYet() {
    world.bindTo = null;
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("reason", "AwaitingScheduling");
  }

  @Test
  void shouldSayThatTheNodeTakesNoCommands() {
    world.bindTo = "node-x";
    world.apply(World.SPEC);
    world.settle();

    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("reason", "AwaitingNode")
        .hasEntrySatisfying("message", m -> assertThat(m.toString()).contains("node-x"));
  }

  @Test
  void shouldShowRetriesAndHideThemOnceTheyAreOver() {
    int[] refusals = {0};
    world.instead =
        command ->
            command.command() instanceof Command.StartDomain && refusals[0]++ < 6
                ? World.outcome(command, Result.REFUSED, "QueueFull", null, null)
                : null;
    world.apply(World.SPEC);
    world.settleUntil(() -> refusals[0] == 5 && world.condition("Synchronized").isPresent());

    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("reason", "Retrying")
        .hasEntrySatisfying(
            "message",
            m ->
                assertThat(m.toString())
                    .matches(
                        "StartDomain did not succeed [45] times \\(QueueFull\\);"
                            + " the next try is at 20.*Z\\."));
    world.settle();
    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.condition("Synchronized")).isEmpty();
    // At most one write an attempt, besides those of a start that goes well.
    assertThat(world.commands(Command.WriteStatus.class)).hasSizeLessThanOrEqualTo(3 + 6);
  }

  @Test
  void shouldNotShowRetriesOfWhatCameAboutOtherwise() {
    // The Start has its effect, but its ends say that nobody knows.
    int[] unknown = {0};
    world.instead =
        command ->
            command.command() instanceof Command.StartDomain && unknown[0]++ < 3
                ? World.outcome(command, Result.UNKNOWN, "TimedOut", null, null)
                : null;
    world.apply(World.SPEC);
    world.settleUntil(() -> unknown[0] == 3);
    world.report(1, "running", "running", false);
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.condition("Synchronized")).isEmpty();
    assertThat(world.state.progress().attempts()).isEmpty();
  }

  @Test
  void shouldSayWhenAnotherLauncherIsMade() {
    Predicate<Decision.Issued> first =
        i -> i.command() instanceof Command.CreateLauncherPod c && c.epoch() < 4;
    world.instead =
        command ->
            first.test(command)
                ? World.outcome(command, Result.REFUSED, "Forbidden", null, null)
                : null;
    world.apply(World.SPEC);
    world.settleUntil(() -> world.vmi.annotations.getOrDefault("vireo.io/epoch", "").equals("3"));

    assertThat(world.condition("Synchronized").orElseThrow().get("message").toString())
        .startsWith("Forbidden in words Launcher 3 of 5 is made at ");
  }

  @Test
  void shouldSayThatTheEndIsNotTold() {
    world.apply(World.SPEC);
    world.settle();
    world.instead =
        command ->
            command.command() instanceof Command.StopDomain
                    || command.command() instanceof Command.DeleteLauncherPod
                ? World.NO_ANSWER
                : null;
    world.delete();
    world.settleUntil(() -> world.condition("Synchronized").isPresent());

    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("reason", "EndNotProven");
    assertThat(world.nowMs - world.vmi.deletedAtMs).isGreaterThanOrEqualTo(10_000 + 30_000);
  }
}
