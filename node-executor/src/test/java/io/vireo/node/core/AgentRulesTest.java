package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Nic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The agent of a guest is asked now and then, and told of only when something changed. */
class AgentRulesTest {

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
  private static final String MAC = "52:54:00:00:00:01";
  private static final DomainView WITHOUT = view("running", false);
  private static final DomainView WITH = view("running", true);
  private static final AgentView DEBIAN = agent("10.0.2.2");

  private LaneState state = LaneState.fresh(VM);
  private long nowMs = 1_000_000;

  private static DomainView view(String word, boolean agent) {
    return new DomainView(
        word, word, "pc-q35-7.2", List.of(new Nic("default", MAC, 1, "up")), agent, List.of());
  }

  private static AgentView agent(String ip) {
    return new AgentView(
        new AgentView.Os("debian", "Debian", "", "", "12", "6.1", "#1", "x86_64"),
        List.of(new AgentView.Nic("eth0", MAC, List.of(ip))));
  }

  private List<Effect> on(LaneEvent event) {
    Lane.Decision decision = Lane.decide(state, event, nowMs);
    state = decision.state();
    return decision.effects();
  }

  private List<Effect> seen(DomainView view) {
    return on(new LaneEvent.DomainSeen(1, view));
  }

  private List<Effect> answered(AgentView said) {
    return on(new LaneEvent.AgentAsked(1, said));
  }

  private List<Effect> after(long ms) {
    nowMs += ms;
    return on(new LaneEvent.Tick());
  }

  private static List<AgentView> told(List<Effect> effects) {
    List<AgentView> told = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.ReportDomain report) {
        told.add(report.agent());
      }
    }
    return told;
  }

  private static boolean asks(List<Effect> effects) {
    return effects.contains(new Effect.AskAgent(1));
  }

  private static List<Long> wakes(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.WakeAt.class::isInstance)
        .map(effect -> ((Effect.WakeAt) effect).atMs())
        .toList();
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
    seen(WITHOUT);
  }

  @Test
  void shouldDoNothingAboutAGuestWithoutAgent() {
    assertThat(after(AgentRules.ASK_MAX_MS)).isEmpty();
    assertThat(seen(WITHOUT)).isEmpty();
  }

  @Test
  void shouldTellOfAnAgentOnceItHasAnswered() {
    List<Effect> connected = seen(WITH);

    assertThat(asks(connected)).isTrue();
    assertThat(told(connected)).isEmpty();
    assertThat(told(answered(DEBIAN))).containsExactly(DEBIAN);
    assertThat(Holding.of(state).orElseThrow().agent()).isEqualTo(DEBIAN);
  }

  @Test
  void shouldTellOfAnAgentThatDoesNotAnswer() {
    seen(WITH);

    assertThat(told(answered(null))).containsExactly(AgentView.SILENT);
  }

  @Test
  void shouldAskSoonAndThenLessOften() {
    seen(WITH);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      List<Long> wakes = wakes(answered(DEBIAN));
      assertThat(wakes).hasSize(1);
      pauses.add(wakes.getFirst() - nowMs);
      assertThat(asks(after(pauses.getLast() - 1))).isFalse();
      assertThat(asks(after(1))).isTrue();
    }

    assertThat(pauses).containsExactly(4_000L, 8_000L, 16_000L, 30_000L, 30_000L, 30_000L, 30_000L);
  }

  @Test
  void shouldTellNothingWhileNothingChanges() {
    seen(WITH);
    answered(DEBIAN);
    for (int i = 0; i < 50; i++) {
      assertThat(told(after(AgentRules.ASK_MAX_MS))).isEmpty();
      assertThat(told(answered(agent("10.0.2.2")))).isEmpty();
    }
    assertThat(told(after(AgentRules.ASK_MAX_MS))).isEmpty();
    assertThat(told(answered(agent("10.0.2.3")))).containsExactly(agent("10.0.2.3"));
  }

  @Test
  void shouldKeepWhatItSaidWhileItDoesNotAnswerAndForgetItOnceItIsAway() {
    seen(WITH);
    answered(DEBIAN);
    after(AgentRules.ASK_MAX_MS);

    assertThat(told(answered(null))).isEmpty();
    List<AgentView> away = told(seen(WITHOUT));
    assertThat(away).hasSize(1).containsOnlyNulls();
    assertThat(Holding.of(state).orElseThrow().agent()).isNull();
    assertThat(asks(after(AgentRules.ASK_MAX_MS))).isFalse();
  }

  @Test
  void shouldAskOneAtATimeHoweverLongItTakes() {
    assertThat(asks(seen(WITH))).isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(asks(seen(WITHOUT))).isFalse();
      assertThat(asks(seen(WITH))).isFalse();
      assertThat(asks(after(AgentRules.ASK_MAX_MS))).isFalse();
    }
    assertThat(told(answered(DEBIAN))).containsExactly(DEBIAN);
  }

  @Test
  void shouldNotAskAGuestThatStandsStillOrIsToEnd() {
    assertThat(asks(seen(view("paused", true)))).isFalse();
    assertThat(asks(seen(WITH))).isTrue();
    answered(DEBIAN);

    on(
        new LaneEvent.CommandCame(
            new NodeCommandData.StopDomain(
                new NodeCommandData.Header(VM.uid() + "/1/2", VM, "node-a", "uid-a", 1, 1, 2),
                30,
                nowMs + 30_000),
            Optional.empty()));

    assertThat(asks(after(AgentRules.ASK_MAX_MS))).isFalse();
  }

  @Test
  void shouldTellNothingOfAGuestThatHasEnded() {
    seen(WITH);
    answered(DEBIAN);
    seen(new DomainView("shutoff", "shutdown", null, List.of()));

    assertThat(after(AgentRules.ASK_MAX_MS)).isEmpty();
    assertThat(answered(agent("10.0.2.9"))).isEmpty();
  }

  @Test
  void shouldAskAgainWhenTheClockWasSetBack() {
    seen(WITH);
    answered(DEBIAN);

    assertThat(asks(after(-500_000))).isTrue();
    assertThat(told(answered(agent("10.0.2.3")))).containsExactly(agent("10.0.2.3"));
  }

  /** Connects, disconnects and lies at random, as fast as it can. */
  @Test
  void shouldTellAndAskAndWakeSeldomWhateverTheGuestDoes() {
    Random random = new Random(7);
    long began = nowMs;
    int told = 0;
    int asked = 0;
    int woken = 0;
    List<Long> due = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      nowMs += random.nextInt(20);
      LaneEvent event =
          switch (random.nextInt(4)) {
            case 0 -> new LaneEvent.DomainSeen(1, WITH);
            case 1 -> new LaneEvent.DomainSeen(1, WITHOUT);
            case 2 -> new LaneEvent.AgentAsked(1, agent("10.0.2." + random.nextInt(256)));
            default -> new LaneEvent.Tick();
          };
      boolean answersNothing =
          event instanceof LaneEvent.AgentAsked && !state.link().agent().asking();
      List<Effect> effects = answersNothing ? List.of() : on(event);
      told += told(effects).size();
      asked += asks(effects) ? 1 : 0;
      due.removeIf(at -> at <= nowMs);
      due.addAll(wakes(effects));
      woken = Math.max(woken, due.size());
    }
    long seconds = (nowMs - began) / 1000;

    assertThat(told).isBetween(2, (int) (seconds * 1000 / AgentRules.TELL_MS) + 2);
    assertThat(asked).isPositive();
    assertThat(woken).isLessThanOrEqualTo(20);
  }
}
