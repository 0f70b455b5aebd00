package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.launcher.core.Lifecycle.Action;
import io.vireo.launcher.core.Lifecycle.Event;
import io.vireo.launcher.core.Lifecycle.Journal;
import io.vireo.launcher.core.Lifecycle.Phase;
import io.vireo.launcher.core.Lifecycle.State;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleTest {

  private static final Journal EMPTY = new Journal(false, Optional.empty());
  private static final Action MARKED = new Action.Send(Message.of("MARKED"));

  private State state = State.started(EMPTY, 30_000);

  private List<Action> on(Event event) {
    Lifecycle.Step step = Lifecycle.decide(state, event);
    state = step.state();
    return step.actions();
  }

  private void running() {
    on(new Event.Prepared());
    on(new Event.MarkAsked());
    on(new Event.GuestStarted());
  }

  private static List<String> verbs(List<Action> actions) {
    return actions.stream()
        .filter(Action.Send.class::isInstance)
        .map(a -> ((Action.Send) a).message().verb())
        .toList();
  }

  private String hello(String key) {
    return Lifecycle.hello(state, "u", 3, "n").get(key);
  }

  @Test
  void shouldMarkOnDiskBeforeItSaysSo() {
    assertThat(on(new Event.MarkAsked())).containsExactly(new Action.JournalMark(), MARKED);
    assertThat(hello("state")).isEqualTo("marked");
  }

  @Test
  void shouldBeUsedOnce() {
    on(new Event.MarkAsked());

    assertThat(Lifecycle.mayMark(state)).isFalse();
    assertThat(verbs(on(new Event.MarkAsked()))).containsExactly("REFUSED");
  }

  @ParameterizedTest
  @CsvSource({"true, ", "false, shutdown", "true, unknown"})
  void shouldNotBeUsedAgainAfterItsRestart(boolean used, String end) {
    state = State.started(new Journal(used, Optional.ofNullable(end)), 0);

    assertThat(Lifecycle.mayMark(state)).isFalse();
    assertThat(on(new Event.MarkAsked())).doesNotContain(new Action.JournalMark());
  }

  @Test
  void shouldNotBeMarkedWhenTheDiskRefuses() {
    on(new Event.MarkAsked());

    assertThat(verbs(on(new Event.MarkNotWritten("full")))).containsExactly("REFUSED");
    assertThat(hello("state")).isEqualTo("fresh");
  }

  @Test
  void shouldNotBeMarkedWhileThePodEnds() {
    on(new Event.Terminated());

    assertThat(on(new Event.MarkAsked())).doesNotContain(new Action.JournalMark());
  }

  @Test
  void shouldTellHowItsGuestEndedOnceThatIsOnDisk() {
    running();
    List<Action> actions = on(new Event.GuestEnded("shutdown"));

    assertThat(actions)
        .containsExactly(
            new Action.JournalEnd("shutdown"),
            new Action.Send(Message.of("ENDED", "reason", "shutdown")),
            new Action.AwaitAcknowledgement(15_000));
    assertThat(hello("end")).isEqualTo("shutdown");
    assertThat(on(new Event.Acknowledged())).containsExactly(new Action.Exit(0));
    assertThat(on(new Event.Acknowledged())).isEmpty();
  }

  @Test
  void shouldEndWith1WhenItsGuestCrashed() {
    running();
    on(new Event.GuestEnded("crashed"));

    assertThat(on(new Event.Acknowledged())).containsExactly(new Action.Exit(1));
  }

  @Test
  void shouldTellTheEndOfAGuestOfAnEarlierProcess() {
    state = State.started(new Journal(true, Optional.empty()), 0);

    assertThat(on(new Event.Prepared()))
        .contains(new Action.JournalEnd("unknown"))
        .contains(new Action.Send(Message.of("ENDED", "reason", "unknown")));
  }

  @Test
  void shouldGoOnWithAGuestThatOutlivedAnEarlierProcess() {
    state = State.started(new Journal(true, Optional.empty()), 0);
    on(new Event.GuestStarted());

    assertThat(verbs(on(new Event.Prepared()))).containsExactly("PREPARED");
    assertThat(state.phase()).isEqualTo(Phase.SERVING);
  }

  @Test
  void shouldLeaveWhenItIsNotNeeded() {
    assertThat(on(new Event.Dismissed("never-started")))
        .containsExactly(new Action.JournalEnd("never-started"), new Action.Exit(1));
  }

  @Test
  void shouldNeverLeaveAGuestThatRuns() {
    running();

    assertThat(on(new Event.Dismissed("never-started"))).isEmpty();
    assertThat(state.phase()).isEqualTo(Phase.SERVING);
  }

  @Test
  void shouldTellThatItCannotPrepareInEachHello() {
    assertThat(on(new Event.PreparationFailed("ImageInvalid", "no file")))
        .endsWith(new Action.AwaitAcknowledgement(15_000));
    assertThat(hello("prepared") + hello("reason")).isEqualTo("failedImageInvalid");
    assertThat(on(new Event.Acknowledged())).containsExactly(new Action.Exit(1));
  }

  @Test
  void shouldShutItsGuestDownOnSigtermAndDestroyItAfterItsGrace() {
    state = State.started(EMPTY, 3_000);
    running();

    assertThat(on(new Event.Terminated()))
        .containsExactly(new Action.ShutDown(), new Action.AwaitEnd(3_000));
    assertThat(on(new Event.WaitOver()))
        .containsExactly(new Action.Destroy(), new Action.AwaitEnd(15_000));
    assertThat(on(new Event.GuestEnded("destroyed")))
        .contains(new Action.AwaitAcknowledgement(2000));
    assertThat(on(new Event.Acknowledged())).containsExactly(new Action.Exit(0));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5000, 5000", "5001, 5000;1", "12000, 5000;5000;2000"})
  void shouldPressThePowerButtonAgainWithinTheGrace(long graceMs, String waits) {
    state = State.started(EMPTY, graceMs);
    running();

    List<Action> actions = on(new Event.Terminated());
    for (String wait : waits.split(";", -1)) {
      assertThat(actions)
          .containsExactly(new Action.ShutDown(), new Action.AwaitEnd(Long.parseLong(wait)));
      actions = on(new Event.WaitOver());
    }
    assertThat(actions).startsWith(new Action.Destroy());
  }

  @Test
  void shouldEndAlthoughItsGuestDoesNot() {
    state = State.started(EMPTY, 3_000);
    running();
    on(new Event.Terminated());
    on(new Event.WaitOver());

    assertThat(on(new Event.WaitOver())).containsExactly(new Action.Exit(1));
  }

  @Test
  void shouldDestroyAtOnceWithoutGrace() {
    state = State.started(EMPTY, 0);
    running();

    assertThat(on(new Event.Terminated())).startsWith(new Action.Destroy());
  }

  @Test
  void shouldWaitForAGuestThatIsJustBeingCreated() {
    on(new Event.Prepared());
    on(new Event.MarkAsked());

    assertThat(on(new Event.Terminated())).containsExactly(new Action.AwaitEnd(3000));
    assertThat(on(new Event.GuestStarted())).startsWith(new Action.ShutDown());
  }

  @Test
  void shouldSayUnknownOfAGuestThatNeverCame() {
    on(new Event.MarkAsked());
    on(new Event.Terminated());

    assertThat(on(new Event.WaitOver())).startsWith(new Action.JournalEnd("unknown"));
  }

  @Test
  void shouldSayThatNothingStartedWhenItIsTerminatedFirst() {
    assertThat(on(new Event.Terminated())).startsWith(new Action.JournalEnd("never-started"));
    assertThat(on(new Event.Acknowledged())).containsExactly(new Action.Exit(1));
  }

  /** One mark, one word for the end, whatever the order and however often it starts anew. */
  @Test
  void shouldKeepItsRulesInAnyOrder() {
    for (long seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      state = State.started(EMPTY, 1000);
      Optional<String> end = Optional.empty();
      int marks = 0;
      for (int i = 0; i < 40; i++) {
        List<Action> actions = random.nextInt(12) == 0 ? restart() : on(any(random));
        marks += (int) actions.stream().filter(Action.JournalMark.class::isInstance).count();
        Optional<String> now = state.journal().ended();
        assertThat(end.isEmpty() || end.equals(now)).as("seed %d", seed).isTrue();
        end = now;
      }
      assertThat(marks).as("seed %d", seed).isLessThanOrEqualTo(1);
    }
  }

  private List<Action> restart() {
    state = State.started(state.journal(), 1000);
    return List.of();
  }

  private static Event any(Random random) {
    return switch (random.nextInt(9)) {
      case 0, 1 -> new Event.MarkAsked();
      case 2 -> new Event.Prepared();
      case 3 -> new Event.GuestStarted();
      case 4 -> new Event.GuestEnded(random.nextBoolean() ? "shutdown" : "crashed");
      case 5 -> new Event.Dismissed("never-started");
      case 6 -> new Event.WaitOver();
      case 7 -> new Event.Terminated();
      default -> new Event.Acknowledged();
    };
  }
}
