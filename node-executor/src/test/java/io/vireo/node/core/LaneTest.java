package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Life;
import io.vireo.node.core.LaneState.Nic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaneTest {

  private static final VmRef VM =
      new VmRef("6d1c0bb0-0000-4000-8000-000000000001", "default", "tiny");
  private static final DomainSpec DOMAIN =
      new DomainSpec(
          "default_tiny",
          VM.uid(),
          true,
          "q35",
          65536,
          new DomainSpec.Topology(1, 1, 1),
          List.of(),
          List.of(),
          "/s",
          Optional.empty(),
          10,
          false,
          true,
          64,
          Machines.plain());
  private static final DomainView RUNNING =
      new DomainView(
          "running",
          "running",
          "pc-q35-7.2",
          List.of(new Nic("default", "52:54:00:0:0:1", 1, "up")));
  private static final DomainView ABSENT = new DomainView("absent", "absent", null, List.of());

  private LaneState state = LaneState.fresh(VM);
  private final List<Effect> all = new ArrayList<>();
  private long nowMs = 1_000_000;

  private List<Effect> on(LaneEvent event) {
    Lane.Decision decision = Lane.decide(state, event, nowMs);
    state = decision.state();
    all.addAll(decision.effects());
    return decision.effects();
  }

  private static DomainView shutoff(String reason) {
    return new DomainView("shutoff", reason, null, List.of());
  }

  private static NodeCommandData.Header header(long epoch, long seq) {
    return new NodeCommandData.Header(
        VM.uid() + "/" + epoch + "/" + seq, VM, "node-a", "uid-a", 1, epoch, seq);
  }

  private static NodeCommandData.StartDomain startCommand(long epoch, long seq) {
    return new NodeCommandData.StartDomain(header(epoch, seq), "default", "pod-" + epoch, DOMAIN);
  }

  private List<Effect> start(long epoch, long seq) {
    return on(new LaneEvent.CommandCame(startCommand(epoch, seq), Optional.empty()));
  }

  private List<Effect> stop(long epoch, long seq, long graceSeconds) {
    return on(
        new LaneEvent.CommandCame(
            new NodeCommandData.StopDomain(
                header(epoch, seq), graceSeconds, nowMs + graceSeconds * 1000),
            Optional.empty()));
  }

  private List<Effect> destroy(long epoch, long seq) {
    return on(
        new LaneEvent.CommandCame(
            new NodeCommandData.DestroyDomain(header(epoch, seq)), Optional.empty()));
  }

  private List<Effect> connected(long session, long epoch, String word, String end) {
    return on(
        new LaneEvent.LauncherConnected(session, epoch, "default", "pod-" + epoch, word, end));
  }

  private List<Effect> launcher(long session, long epoch) {
    List<Effect> effects = new ArrayList<>(connected(session, epoch, "fresh", ""));
    effects.addAll(on(new LaneEvent.LauncherPrepared(session)));
    return effects;
  }

  private void running() {
    start(1, 1);
    launcher(1, 1);
    on(new LaneEvent.LauncherMarked(1));
    on(new LaneEvent.DomainSeen(1, RUNNING));
    assertThat(state.life()).isEqualTo(Life.LIVE);
  }

  /** The executor is killed and started; the launcher dials in again. */
  private List<Effect> restart(long session, long epoch, String word) {
    state = state.durable();
    List<Effect> effects = new ArrayList<>(connected(session, epoch, word, ""));
    effects.addAll(on(new LaneEvent.LauncherPrepared(session)));
    return effects;
  }

  private static List<String> told(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.ReportCommand.class::isInstance)
        .map(Effect.ReportCommand.class::cast)
        .map(r -> r.end().commandType() + " " + r.end().result() + " " + r.end().reason())
        .toList();
  }

  private static List<String> domains(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.ReportDomain.class::isInstance)
        .map(Effect.ReportDomain.class::cast)
        .map(r -> r.epoch() + " " + r.state() + " " + r.reason() + (r.proven() ? " proven" : ""))
        .toList();
  }

  private <E extends Effect> long count(Class<E> type) {
    return all.stream().filter(type::isInstance).count();
  }

  // -- start

  @Test
  void shouldCreateTheDomainWhenTheLauncherComesAfterTheStart() {
    assertThat(start(1, 1)).isEmpty();
    assertThat(connected(1, 1, "fresh", "")).isNotEmpty();
    assertThat(on(new LaneEvent.LauncherPrepared(1))).containsExactly(new Effect.Mark(1));
    assertThat(on(new LaneEvent.LauncherMarked(1)))
        .containsExactly(new Effect.Create(1, DOMAIN, 1));
    List<Effect> seen = on(new LaneEvent.DomainSeen(1, RUNNING));

    assertThat(domains(seen)).containsExactly("1 running running");
    assertThat(told(seen)).containsExactly("StartDomain Done null");
    assertThat(state.openStart()).isNull();
  }

  @Test
  void shouldCreateTheDomainWhenTheLauncherComesBeforeTheStart() {
    assertThat(domains(launcher(1, 1))).containsExactly("1 launcher-connected null");
    assertThat(start(1, 1)).containsExactly(new Effect.Mark(1));
    assertThat(on(new LaneEvent.LauncherMarked(1)))
        .containsExactly(new Effect.Create(1, DOMAIN, 1));
  }

  @Test
  void shouldTellThatALauncherIsThereOnce() {
    start(1, 1);
    launcher(1, 1);
    on(new LaneEvent.Tick());

    assertThat(domains(all)).containsExactly("1 launcher-connected null");
    assertThat(count(Effect.Mark.class)).isEqualTo(1);
  }

  @Test
  void shouldActOnceOnACommandThatComesTwice() {
    running();
    List<Effect> again = start(1, 1);

    assertThat(told(again)).containsExactly("StartDomain Done null");
    assertThat(count(Effect.Create.class)).isEqualTo(1);
  }

  @Test
  void shouldSayNothingOfACommandThatIsStillBeingDone() {
    start(1, 1);

    assertThat(start(1, 1)).isEmpty();
  }

  @Test
  void shouldTakeAStartDecidedAnewAsDone() {
    running();

    assertThat(told(start(1, 7))).containsExactly("StartDomain Done AlreadyStarted");
    assertThat(count(Effect.Create.class)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 4", "0, 99"})
  void shouldRefuseALowerCommandAndTellWhatItHolds(long epoch, long seq) {
    start(1, 5);
    List<Effect> effects = stop(epoch, seq, 10);

    assertThat(told(effects)).containsExactly("StopDomain Refused StaleCommand");
    Effect.ReportCommand report = (Effect.ReportCommand) effects.getFirst();
    assertThat(report.heldEpoch()).isEqualTo(1);
    assertThat(report.heldSeq()).isEqualTo(5);
    assertThat(state.stop()).isNull();
  }

  @Test
  void shouldRefuseANameThatIsTaken() {
    List<Effect> effects =
        on(
            new LaneEvent.CommandCame(
                startCommand(1, 1), Optional.of(new Conflict("NameTaken", "taken"))));

    assertThat(told(effects)).containsExactly("StartDomain Refused NameTaken");
    assertThat(told(start(1, 1))).containsExactly("StartDomain Refused NameTaken");
    launcher(1, 1);
    assertThat(count(Effect.Mark.class)).isZero();
  }

  @Test
  void shouldRefuseAStartWhileAnEarlierEpochMayRun() {
    running();

    assertThat(told(start(2, 9))).containsExactly("StartDomain Refused EarlierEpochOpen");
  }

  @Test
  void shouldRefuseAStartForALauncherThatWasUsed() {
    running();
    on(new LaneEvent.DomainSeen(1, shutoff("shutdown")));

    assertThat(told(start(1, 9)))
        .singleElement()
        .satisfies(t -> assertThat(t).startsWith("StartDomain Refused"));
    assertThat(count(Effect.Create.class)).isEqualTo(1);
  }

  @Test
  void shouldEndTheStartThatALaterEpochReplaces() {
    start(1, 1);
    List<Effect> second = start(2, 5);

    assertThat(told(second)).containsExactly("StartDomain Superseded StartDomain");
    assertThat(state.openStart()).endsWith("/2/5");
  }

  @Test
  void shouldSendAwayLaunchersThatAreNotMeant() {
    start(2, 1);

    assertThat(connected(1, 1, "fresh", ""))
        .containsExactly(new Effect.Dismiss(1, "never-started"));
    assertThat(on(new LaneEvent.LauncherConnected(2, 2, "default", "impostor", "fresh", "")))
        .containsExactly(new Effect.Dismiss(2, "never-started"));
    assertThat(on(new LaneEvent.LauncherConnected(3, 2, "other", "pod-2", "fresh", "")))
        .containsExactly(new Effect.Dismiss(3, "never-started"));
    assertThat(state.link()).isNull();
  }

  @Test
  void shouldNotListenToAnEarlierSession() {
    running();
    connected(5, 1, "marked", "");
    on(new LaneEvent.LauncherPrepared(5));

    assertThat(on(new LaneEvent.LauncherLost(1))).isEmpty();
    assertThat(on(new LaneEvent.GuestEnded(1, "shutdown"))).isEmpty();
    assertThat(on(new LaneEvent.DomainSeen(1, shutoff("crashed")))).isEmpty();
    assertThat(state.life()).isEqualTo(Life.LIVE);
  }

  @Test
  void shouldTellThatALauncherCannotPrepare() {
    start(1, 1);
    connected(1, 1, "fresh", "");
    List<Effect> effects = on(new LaneEvent.PreparationFailed(1, "InvalidDiskImage", "no qcow2"));

    assertThat(domains(effects)).containsExactly("1 preparing-failed InvalidDiskImage");
    assertThat(told(effects)).containsExactly("StartDomain Failed InvalidDiskImage");
    assertThat(told(start(1, 2))).containsExactly("StartDomain Refused EpochClosed");
  }

  @Test
  void shouldTellThatALauncherCouldNotPrepareBeforeItsStartCame() {
    start(1, 1);
    connected(1, 2, "fresh", "");
    assertThat(domains(on(new LaneEvent.PreparationFailed(1, "InvalidDiskImage", "no qcow2"))))
        .isEmpty();

    List<Effect> effects = start(2, 5);

    assertThat(domains(effects)).containsExactly("2 preparing-failed InvalidDiskImage");
    assertThat(told(effects))
        .containsExactly(
            "StartDomain Superseded StartDomain", "StartDomain Failed InvalidDiskImage");
    assertThat(effects).contains(new Effect.AcknowledgeEnd(1));
  }

  @Test
  void shouldTellThatLibvirtRefusedTheDomain() {
    start(1, 1);
    launcher(1, 1);
    on(new LaneEvent.LauncherMarked(1));
    List<Effect> effects = on(new LaneEvent.CreationFailed(1, "no such machine"));

    assertThat(told(effects)).containsExactly("StartDomain Failed SyncFailed");
    assertThat(domains(effects)).containsExactly("1 ended failed-to-start proven");
    assertThat(effects).contains(new Effect.Dismiss(1, "failed-to-start"));
    assertThat(state.mayRun()).isFalse();
  }

  @Test
  void shouldTellWhyLibvirtRefusedTheDomainThoughTheLauncherSawQemuEndFirst() {
    start(1, 1);
    launcher(1, 1);
    on(new LaneEvent.LauncherMarked(1));

    List<Effect> first = on(new LaneEvent.GuestEnded(1, "failed"));
    List<Effect> second = on(new LaneEvent.CreationFailed(1, "Failed to get \"write\" lock"));

    assertThat(domains(first)).isEmpty();
    assertThat(told(first)).isEmpty();
    assertThat(told(second)).containsExactly("StartDomain Failed DiskInUse");
    assertThat(domains(second)).containsExactly("1 ended failed-to-start proven");
    assertThat(on(new LaneEvent.DomainSeen(1, shutoff("crashed")))).isEmpty();
  }

  @Test
  void shouldNotWaitForACreationThatNobodyCallsAnyMore() {
    start(1, 1);
    launcher(1, 1);
    on(new LaneEvent.LauncherMarked(1));
    restart(2, 1, "marked");

    assertThat(on(new LaneEvent.GuestEnded(2, "failed"))).contains(new Effect.Look(2));

    assertThat(domains(on(new LaneEvent.DomainSeen(2, shutoff("crashed")))))
        .containsExactly("1 ended crashed proven");
  }

  @Test
  void shouldNotCreateWhenTheMarkIsRefused() {
    start(1, 1);
    launcher(1, 1);
    List<Effect> effects = on(new LaneEvent.MarkRefused(1, "used before"));

    assertThat(told(effects)).containsExactly("StartDomain Refused LauncherUsed");
    assertThat(effects).contains(new Effect.Look(1));
    on(new LaneEvent.DomainSeen(1, ABSENT));
    assertThat(count(Effect.Create.class)).isZero();
    assertThat(told(start(1, 2))).containsExactly("StartDomain Refused EpochClosed");
  }

  // -- stop

  @Test
  void shouldProveThatNothingStartedWhenTheStopComesFirst() {
    List<Effect> effects = stop(1, 2, 10);

    assertThat(domains(effects)).containsExactly("1 ended never-started proven");
    assertThat(told(effects)).containsExactly("StopDomain Done null");
    assertThat(told(start(1, 1))).containsExactly("StartDomain Refused StaleCommand");
    assertThat(told(start(1, 3))).containsExactly("StartDomain Refused EpochClosed");
    assertThat(launcher(1, 1)).contains(new Effect.Dismiss(1, "never-started"));
    assertThat(count(Effect.Mark.class)).isZero();
  }

  @Test
  void shouldSupersedeAStartThatWaits() {
    start(1, 1);
    List<Effect> effects = stop(1, 2, 10);

    assertThat(told(effects))
        .containsExactly("StartDomain Superseded StopDomain", "StopDomain Done null");
    assertThat(domains(effects)).containsExactly("1 ended never-started proven");
  }

  @Test
  void shouldStopBetweenMarkAndCreate() {
    start(1, 1);
    launcher(1, 1);
    stop(1, 2, 10);
    List<Effect> effects = on(new LaneEvent.LauncherMarked(1));

    assertThat(count(Effect.Create.class)).isZero();
    assertThat(domains(effects)).containsExactly("1 ended never-started proven");
    assertThat(told(effects))
        .containsExactly("StartDomain Superseded Ended", "StopDomain Done null");
  }

  @Test
  void shouldStopAfterCreate() {
    start(1, 1);
    launcher(1, 1);
    on(new LaneEvent.LauncherMarked(1));
    stop(1, 2, 10);
    assertThat(count(Effect.ShutDown.class)).isZero();

    List<Effect> seen = on(new LaneEvent.DomainSeen(1, RUNNING));
    assertThat(seen).contains(new Effect.ShutDown(1));
  }

  @Test
  void shouldPressThePowerButtonAgainAndDestroyAtTheDeadline() {
    running();
    long begun = nowMs;
    List<Effect> first = stop(1, 2, 12);
    assertThat(first).contains(new Effect.ShutDown(1), new Effect.WakeAt(begun + 5000));

    nowMs = begun + 3000;
    assertThat(on(new LaneEvent.Tick())).doesNotContain(new Effect.ShutDown(1));
    nowMs = begun + 5000;
    assertThat(on(new LaneEvent.Tick()))
        .contains(new Effect.ShutDown(1), new Effect.WakeAt(begun + 10_000));
    nowMs = begun + 10_000;
    assertThat(on(new LaneEvent.Tick()))
        .contains(new Effect.ShutDown(1), new Effect.WakeAt(begun + 12_000));
    nowMs = begun + 12_000;
    assertThat(on(new LaneEvent.Tick()))
        .contains(new Effect.Destroy(1))
        .doesNotContain(new Effect.ShutDown(1));

    List<Effect> ended = on(new LaneEvent.DomainSeen(1, shutoff("destroyed")));
    assertThat(domains(ended)).containsExactly("1 ended destroyed proven");
    assertThat(told(ended)).containsExactly("StopDomain Done null");
  }

  @Test
  void shouldDestroyAtOnceWithoutGrace() {
    running();
    assertThat(stop(1, 2, 0))
        .contains(new Effect.Destroy(1))
        .doesNotContain(new Effect.ShutDown(1));

    assertThat(domains(on(new LaneEvent.DomainSeen(1, shutoff("destroyed")))))
        .containsExactly("1 ended destroyed-at-once proven");
  }

  @Test
  void shouldDestroyOnCommand() {
    running();

    assertThat(destroy(1, 2)).contains(new Effect.Destroy(1));
  }

  @Test
  void shouldEndAStopThatAnotherReplaces() {
    running();
    stop(1, 2, 60);
    List<Effect> effects = destroy(1, 3);

    assertThat(told(effects)).containsExactly("StopDomain Superseded DestroyDomain");
    assertThat(effects).contains(new Effect.Destroy(1));
    assertThat(told(on(new LaneEvent.DomainSeen(1, shutoff("destroyed")))))
        .containsExactly("DestroyDomain Done null");
  }

  @Test
  void shouldTellTheEndAgainToAStopThatComesAfterIt() {
    running();
    on(new LaneEvent.GuestEnded(1, "shutdown"));
    List<Effect> effects = stop(1, 2, 10);

    assertThat(domains(effects)).containsExactly("1 ended shutdown proven");
    assertThat(told(effects)).containsExactly("StopDomain Done null");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNotTellAnEarlierEpochsEndForALaterOne(boolean ended) {
    start(1, 1);
    if (ended) {
      launcher(1, 1);
      on(new LaneEvent.LauncherMarked(1));
      on(new LaneEvent.DomainSeen(1, RUNNING));
      on(new LaneEvent.GuestEnded(1, "crashed"));
      on(new LaneEvent.LauncherLost(1));
    }
    List<Effect> effects = stop(2, 5, 10);

    assertThat(domains(effects))
        .contains("2 ended never-started proven")
        .noneMatch(d -> d.startsWith("2 ended crashed"));
    assertThat(told(effects)).contains("StopDomain Done null");
    assertThat(told(start(2, 6))).containsExactly("StartDomain Refused EpochClosed");
  }

  @Test
  void shouldNotCloseAnEpochWhoseDomainMayRun() {
    running();
    List<Effect> effects =
        on(
            new LaneEvent.CommandCame(
                new NodeCommandData.CloseEpoch(header(1, 2)), Optional.empty()));

    assertThat(told(effects)).containsExactly("CloseEpoch Refused DomainMayRun");
    assertThat(told(start(1, 3))).containsExactly("StartDomain Refused EpochClosed");
  }

  // -- ends

  @Test
  void shouldTellTheEndOnce() {
    running();
    List<Effect> first = on(new LaneEvent.GuestEnded(1, "shutdown"));
    List<Effect> second = on(new LaneEvent.DomainSeen(1, shutoff("shutdown")));
    List<Effect> third = on(new LaneEvent.GuestEnded(1, "launcher-died"));

    assertThat(domains(first)).containsExactly("1 ended shutdown proven");
    assertThat(second).isEmpty();
    assertThat(third).isEmpty();
    assertThat(on(new LaneEvent.EndStored(1))).containsExactly(new Effect.AcknowledgeEnd(1));
  }

  @Test
  void shouldNotTakeALostConnectionForAnEnd() {
    running();
    List<Effect> effects = on(new LaneEvent.LauncherLost(1));

    assertThat(domains(effects)).containsExactly("1 unknown LauncherDisconnected");
    assertThat(state.life()).isEqualTo(Life.LIVE);
    assertThat(told(start(2, 9))).containsExactly("StartDomain Refused EarlierEpochOpen");
  }

  @Test
  void shouldNotTakeAnUnknownShutoffForAnEnd() {
    running();

    assertThat(on(new LaneEvent.DomainSeen(1, shutoff("unknown")))).isEmpty();
    assertThat(state.life()).isEqualTo(Life.LIVE);
  }

  // -- a restart of the executor

  @Test
  void shouldLookAndTellAgainAfterARestart() {
    running();
    List<Effect> effects = restart(2, 1, "marked");

    assertThat(effects).contains(new Effect.Look(2));
    assertThat(domains(on(new LaneEvent.DomainSeen(2, RUNNING))))
        .containsExactly("1 running running");
    assertThat(count(Effect.Create.class)).isEqualTo(1);
  }

  @Test
  void shouldMarkAfterACrashBeforeTheMark() {
    start(1, 1);
    launcher(1, 1);
    assertThat(state.life()).isEqualTo(Life.MARKING);
    List<Effect> effects = restart(2, 1, "fresh");

    assertThat(effects).contains(new Effect.Mark(2));
    assertThat(on(new LaneEvent.LauncherMarked(2)))
        .containsExactly(new Effect.Create(2, DOMAIN, 1));
  }

  @Test
  void shouldProveThatNothingStartedAfterACrashBeforeTheMark() {
    start(1, 1);
    launcher(1, 1);
    state = state.durable();
    stop(1, 2, 10);
    List<Effect> effects = restart(2, 1, "fresh");

    assertThat(domains(effects)).containsExactly("1 ended never-started proven");
    assertThat(effects).contains(new Effect.Dismiss(2, "never-started"));
    assertThat(told(effects)).endsWith("StopDomain Done null");
    assertThat(count(Effect.Create.class)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldCreateOnceAfterACrashBetweenMarkAndCreate(boolean markIsStored) {
    start(1, 1);
    launcher(1, 1);
    if (markIsStored) {
      on(new LaneEvent.LauncherMarked(1));
      all.clear();
    }
    assertThat(restart(2, 1, "marked")).contains(new Effect.Look(2));
    on(new LaneEvent.DomainSeen(2, ABSENT));
    on(new LaneEvent.DomainSeen(2, ABSENT));
    assertThat(count(Effect.Create.class)).isEqualTo(1);

    assertThat(told(on(new LaneEvent.DomainSeen(2, RUNNING))))
        .containsExactly("StartDomain Done null");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldEndAStopAfterACrashBetweenMarkAndCreate(boolean markIsStored) {
    start(1, 1);
    launcher(1, 1);
    if (markIsStored) {
      on(new LaneEvent.LauncherMarked(1));
      all.clear();
    }
    state = state.durable();
    stop(1, 2, 10);
    restart(2, 1, "marked");
    List<Effect> effects = on(new LaneEvent.DomainSeen(2, ABSENT));

    assertThat(count(Effect.Create.class)).isZero();
    assertThat(domains(effects)).containsExactly("1 ended never-started proven");
    assertThat(told(effects)).endsWith("StopDomain Done null");
  }

  @Test
  void shouldTellAnEndThatHappenedWhileItWasDown() {
    running();
    state = state.durable();
    List<Effect> effects = connected(2, 1, "ended", "shutdown");

    assertThat(domains(effects)).containsExactly("1 ended shutdown proven");
    assertThat(count(Effect.Create.class)).isEqualTo(1);
  }

  @Test
  void shouldBelieveTheLauncherOverALostRoster() {
    List<Effect> effects = connected(1, 3, "ended", "crashed");

    assertThat(domains(effects)).containsExactly("3 ended crashed proven");
    assertThat(told(start(3, 1))).containsExactly("StartDomain Refused EpochClosed");
  }

  @Test
  void shouldGoOnWithAStopAfterARestart() {
    running();
    stop(1, 2, 60);
    restart(2, 1, "marked");
    nowMs += 6000;
    List<Effect> effects = on(new LaneEvent.DomainSeen(2, RUNNING));

    assertThat(effects).contains(new Effect.ShutDown(2));
  }

  // -- any order

  /** Random events: the rules that must hold whatever comes. */
  @Test
  void shouldNeverCreateTwiceNorAfterAStop() {
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      state = LaneState.fresh(VM);
      all.clear();
      long session = 1;
      boolean stopped = false;
      for (int i = 0; i < 40; i++) {
        nowMs += random.nextInt(4000);
        int before = all.size();
        switch (random.nextInt(12)) {
          case 0, 1 -> start(1, 1);
          case 2 -> start(1, 3 + random.nextInt(3));
          case 3 -> {
            if (random.nextInt(4) == 0) {
              stop(1, 10, random.nextInt(2) * 10);
              stopped = true;
            }
          }
          case 4 -> connected(++session, 1, random.nextBoolean() ? "fresh" : "marked", "");
          case 5, 6 -> on(new LaneEvent.LauncherPrepared(session));
          case 7 -> on(new LaneEvent.LauncherMarked(session));
          case 8 -> on(new LaneEvent.LauncherLost(session));
          case 9 -> state = state.durable();
          case 10 -> on(new LaneEvent.DomainSeen(session, random.nextBoolean() ? RUNNING : ABSENT));
          default -> on(new LaneEvent.Tick());
        }
        List<Effect> now = all.subList(before, all.size());
        if (stopped) {
          assertThat(now).as("seed %d", seed).noneMatch(Effect.Create.class::isInstance);
        }
        assertThat(now.stream().filter(Effect.Create.class::isInstance).count())
            .as("seed %d", seed)
            .isLessThanOrEqualTo(1);
      }
      List<String> ends =
          all.stream()
              .filter(Effect.ReportDomain.class::isInstance)
              .map(Effect.ReportDomain.class::cast)
              .filter(r -> r.state().equals("ended"))
              .map(Effect.ReportDomain::reason)
              .distinct()
              .toList();
      assertThat(ends).as("seed %d", seed).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void shouldNotTouchItsState() {
    LaneState fresh = LaneState.fresh(VM);
    Lane.Decision first =
        Lane.decide(fresh, new LaneEvent.CommandCame(startCommand(1, 1), Optional.empty()), 5);
    Lane.Decision second =
        Lane.decide(fresh, new LaneEvent.CommandCame(startCommand(1, 1), Optional.empty()), 5);

    assertThat(first).isEqualTo(second);
    assertThat(fresh).isEqualTo(LaneState.fresh(VM));
    assertThat(Optional.ofNullable(first.state().start())).isPresent();
  }
}
