package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Fence;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an executor may say of a VM of which an executor before it may have known more. */
class LostRosterTest {

  private static final VmRef VM = new VmRef("uid-1", "default", "tiny");
  private static final DomainView RUNNING = new DomainView("running", "running", null, List.of());
  private static final DomainView ABSENT = new DomainView("absent", "absent", null, List.of());

  private LaneState state = LaneState.doubted(VM);

  private List<Effect> on(LaneEvent event) {
    Lane.Decision decision = Lane.decide(state, event, 1_000_000);
    state = decision.state();
    return decision.effects();
  }

  private List<Effect> destroy(long epoch, long seq) {
    return on(
        new LaneEvent.CommandCame(
            new NodeCommandData.DestroyDomain(
                new NodeCommandData.Header(epoch + "/" + seq, VM, "a", "u", 1, epoch, seq)),
            Optional.empty()));
  }

  private List<Effect> connected(long session, long epoch, String word) {
    return on(new LaneEvent.LauncherConnected(session, epoch, "default", "pod-" + epoch, word, ""));
  }

  private static List<String> told(List<Effect> effects) {
    return effects.stream()
        .map(
            effect ->
                switch (effect) {
                  case Effect.ReportCommand r -> r.end().result() + " " + r.end().reason();
                  case Effect.ReportDomain r ->
                      r.epoch() + " " + r.state() + (r.proven() ? " proven" : "");
                  default -> effect.getClass().getSimpleName();
                })
        .toList();
  }

  @Test
  void shouldNotProveByItsIgnorance() {
    assertThat(told(destroy(1, 2))).containsExactly("1 unknown", "WakeAt");
    assertThat(state.keepsName()).isTrue();
  }

  @Test
  void shouldTakeALauncherThatWasNotUsedForAProof() {
    destroy(1, 2);

    assertThat(told(connected(1, 1, "fresh")))
        .containsExactly("1 ended proven", "Done null", "Dismiss");
  }

  @Test
  void shouldBringDownWhatRuns() {
    destroy(1, 2);
    connected(1, 1, "marked");
    assertThat(told(on(new LaneEvent.LauncherPrepared(1)))).containsExactly("Look");

    assertThat(told(on(new LaneEvent.DomainSeen(1, RUNNING))))
        .containsExactly("1 running", "Destroy", "WakeAt");
  }

  @Test
  void shouldAdoptWhatRunsWithoutACommand() {
    connected(1, 4, "marked");
    on(new LaneEvent.LauncherPrepared(1));
    assertThat(told(on(new LaneEvent.DomainSeen(1, RUNNING)))).containsExactly("4 running");

    assertThat(told(on(new LaneEvent.LauncherLost(1)))).containsExactly("4 unknown");
    assertThat(state.mayRun()).isTrue();
    assertThat(told(destroy(3, 9))).containsExactly("Refused StaleCommand");
  }

  @Test
  void shouldNeverCreateInALauncherThatWasMarkedForAnother() {
    connected(1, 1, "marked");
    on(new LaneEvent.LauncherPrepared(1));

    assertThat(told(on(new LaneEvent.DomainSeen(1, ABSENT))))
        .containsExactly("1 ended proven", "Dismiss");
    assertThat(state.end()).isEqualTo("unknown");
  }

  @Test
  void shouldBelieveThatThePodIsGone() {
    destroy(1, 2);

    assertThat(told(on(new LaneEvent.PodGone()))).containsExactly("1 ended proven", "Done null");
    assertThat(state.end()).isEqualTo("unknown");
  }

  @Test
  void shouldNotBelieveThatAPodIsGoneWhoseLauncherIsThere() {
    connected(1, 1, "marked");

    assertThat(on(new LaneEvent.PodGone())).isEmpty();
  }

  @Test
  void shouldNotListenToAnotherNamespace() {
    assertThat(on(new LaneEvent.LauncherConnected(1, 1, "evil", "pod-1", "ended", "shutdown")))
        .containsExactly(new Effect.Dismiss(1, "never-started"));
    assertThat(state.link()).isNull();
  }

  @Test
  void shouldTellOfAStrayLauncherAndLeaveTheHeldEpochAlone() {
    connected(2, 3, "marked");
    on(new LaneEvent.LauncherPrepared(2));
    on(new LaneEvent.DomainSeen(2, RUNNING));

    assertThat(told(connected(3, 2, "marked"))).containsExactly("2 unknown", "Dismiss");
    assertThat(state.heldEpoch()).isEqualTo(3);
    assertThat(state.link().session()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, true",
    "1, 6, true",
    "1, 5, false",
    "1, 4, false",
    "0, 99, false",
    "9223372036854775807, 1, true",
    "-1, 7, false"
  })
  void shouldOrderByEpochThenSeq(long epoch, long seq, boolean admitted) {
    assertThat(new Fence(1, 5, "c").admits(epoch, seq)).isEqualTo(admitted);
  }

  @ParameterizedTest
  @CsvSource({"u2, 5, true", "u1, 99, false", "u3, 11, true", "u3, 10, false", "'', 0, true"})
  void shouldKnowItsNode(String uid, long issuedAtMs, boolean admitted) {
    NodeIdentity node = NodeIdentity.unknown().after("u1", 1).after("u2", 10);

    assertThat(node.admits(uid, issuedAtMs)).isEqualTo(admitted);
  }
}
