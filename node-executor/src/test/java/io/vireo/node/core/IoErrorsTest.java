package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.LaneState.DomainView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A guest whose storage fails is paused, tried again, and goes on. */
class IoErrorsTest {

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
      new DomainView("running", "running", "pc-q35-7.2", List.of());
  private static final DomainView FAILED =
      new DomainView("paused", IoErrors.REASON, "pc-q35-7.2", List.of());
  private static final DomainView PAUSED =
      new DomainView("paused", "paused", "pc-q35-7.2", List.of());

  private LaneState state = LaneState.fresh(VM);
  private long nowMs = 1_000_000;

  private List<Effect> on(LaneEvent event) {
    Lane.Decision decision = Lane.decide(state, event, nowMs);
    state = decision.state();
    return decision.effects();
  }

  private List<Effect> seen(DomainView view) {
    return on(new LaneEvent.DomainSeen(1, view));
  }

  private List<Effect> after(long ms) {
    nowMs += ms;
    return on(new LaneEvent.Tick());
  }

  private static List<String> reports(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.ReportDomain.class::isInstance)
        .map(Effect.ReportDomain.class::cast)
        .map(report -> report.state() + " " + report.reason())
        .toList();
  }

  private static boolean resumes(List<Effect> effects) {
    return effects.contains(new Effect.Resume(1));
  }

  @BeforeEach
  void running() {
    NodeCommandData.Header header =
        new NodeCommandData.Header(VM.uid() + "/1/1", VM, "node-a", "uid-a", 1, 1, 1);
    on(
        new LaneEvent.CommandCame(
            new NodeCommandData.StartDomain(header, "default", "pod-1", DOMAIN), Optional.empty()));
    on(new LaneEvent.LauncherConnected(1, 1, "default", "pod-1", "fresh", ""));
    on(new LaneEvent.LauncherPrepared(1));
    on(new LaneEvent.LauncherMarked(1));
    seen(RUNNING);
  }

  @Test
  void shouldSayThatItIsPausedAndTryAgain() {
    List<Effect> effects = seen(FAILED);

    assertThat(reports(effects)).containsExactly("paused ioerror");
    assertThat(resumes(effects)).isFalse();
    assertThat(effects).contains(new Effect.WakeAt(nowMs + IoErrors.RETRY_FIRST_MS));
    assertThat(resumes(after(IoErrors.RETRY_FIRST_MS - 1))).isFalse();
    assertThat(resumes(after(1))).isTrue();
  }

  @Test
  void shouldSayThatItRunsOnceItHasRunForAMoment() {
    seen(FAILED);
    after(IoErrors.RETRY_FIRST_MS);

    List<Effect> effects = seen(RUNNING);

    assertThat(reports(effects)).isEmpty();
    assertThat(effects).contains(new Effect.LookLater(1, nowMs + IoErrors.SETTLED_MS));
    nowMs += IoErrors.SETTLED_MS;
    assertThat(reports(seen(RUNNING))).containsExactly("running running");
    assertThat(resumes(after(IoErrors.RETRY_MAX_MS))).isFalse();
  }

  @Test
  void shouldSayNothingWhileThereIsNoRoomAndTryLessOften() {
    seen(FAILED);
    List<Long> tries = new ArrayList<>();
    long begin = nowMs;
    while (tries.size() < 6) {
      if (resumes(after(500))) {
        tries.add((nowMs - begin) / 1000);
        assertThat(reports(seen(RUNNING))).isEmpty();
        assertThat(reports(seen(FAILED))).isEmpty();
      }
    }

    assertThat(tries).containsExactly(5L, 15L, 35L, 75L, 135L, 195L);
  }

  @Test
  void shouldBeginAnewWithTheNextError() {
    seen(FAILED);
    after(IoErrors.RETRY_FIRST_MS);
    seen(RUNNING);
    nowMs += IoErrors.SETTLED_MS;
    seen(RUNNING);

    assertThat(reports(seen(FAILED))).containsExactly("paused ioerror");
    assertThat(resumes(after(IoErrors.RETRY_FIRST_MS))).isTrue();
  }

  @Test
  void shouldNotLetGoOnWhatSomebodyPausedOrIsToEnd() {
    seen(PAUSED);
    assertThat(resumes(after(IoErrors.RETRY_MAX_MS))).isFalse();

    seen(FAILED);
    on(
        new LaneEvent.CommandCame(
            new NodeCommandData.StopDomain(
                new NodeCommandData.Header(VM.uid() + "/1/2", VM, "node-a", "uid-a", 1, 1, 2),
                30,
                nowMs + 30_000),
            Optional.empty()));
    assertThat(resumes(after(IoErrors.RETRY_FIRST_MS))).isFalse();
  }
}
