package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.NodeLabelling.Decided;
import io.vireo.scheduler.core.NodeLabelling.Said;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NodeLabellingTest {

  private static final long HEARD_MS = Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();
  private static final long NOW_MS = HEARD_MS + 5;

  private static final String Q35_KEY = "machine-type.node.kubevirt.io/q35";
  private static final List<String> Q35 = List.of(Q35_KEY);

  private static final NodeLabel SHOWN =
      new NodeLabel("uid", true, Q35, List.of(), null, null, 0, 0);
  private static final NodeLabel PENDING =
      new NodeLabel("uid", true, Q35, List.of(), HEARD_MS, "c0", 0, NOW_MS + 1);
  private static final NodeLabel HIDDEN =
      new NodeLabel("uid", false, Q35, List.of(), null, null, 0, 0);

  private static Decided said(NodeLabel before, String standing) {
    return NodeLabelling.said(
        before, new Said("node-a", "uid", standing, null, Q35, HEARD_MS), "c1", NOW_MS);
  }

  private static Decided heartbeat(NodeLabel before) {
    return NodeLabelling.said(
        before, new Said("node-a", "uid", "Eligible", HEARD_MS, null, NOW_MS), "c1", NOW_MS);
  }

  private static Command.LabelNode label(boolean schedulable) {
    return label(
        schedulable,
        Map.of("kubevirt.io/schedulable", Boolean.toString(schedulable), Q35_KEY, "true"));
  }

  private static Command.LabelNode label(
      boolean schedulable, Map<String, @Nullable String> labels) {
    return new Command.LabelNode(
        "node-a",
        "uid",
        labels,
        schedulable ? Map.of("kubevirt.io/heartbeat", "2026-01-02T03:04:05Z") : Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "Eligible, true",
    "Back, true",
    "Lost, false",
    "Fenced, false",
  })
  void shouldWriteTheLabelOfAStanding(String standing, boolean schedulable) {
    for (NodeLabel before : new NodeLabel[] {null, SHOWN, PENDING, HIDDEN}) {
      Decided decided = said(before, standing);
      assertThat(decided.command()).isEqualTo(label(schedulable));
      assertThat(decided.label())
          .isEqualTo(
              new NodeLabel(
                  "uid",
                  schedulable,
                  Q35,
                  List.of(),
                  schedulable ? HEARD_MS : null,
                  "c1",
                  0,
                  NOW_MS + NodeLabelling.END_AWAITED_MS));
    }
  }

  @ParameterizedTest
  @CsvSource({"Known", "Suspect"})
  void shouldLeaveTheLabelWhileNothingIsDecided(String standing) {
    for (NodeLabel before : new NodeLabel[] {null, SHOWN, PENDING, HIDDEN}) {
      assertThat(said(before, standing)).isEqualTo(new Decided(before, null));
    }
  }

  @Test
  void shouldForgetTheLabelOfANodeThatIsGone() {
    assertThat(said(PENDING, "Removed")).isEqualTo(new Decided(null, null));
    Said ofAnother = new Said("node-a", "other", "Known", null, null, HEARD_MS);
    assertThat(NodeLabelling.said(PENDING, ofAnother, "c1", NOW_MS))
        .isEqualTo(new Decided(null, null));
  }

  @ParameterizedTest
  @CsvSource({"Eligible", "Lost", "Fenced"})
  void shouldNotWriteToANodeWithoutAUid(String standing) {
    Said said = new Said("node-a", "", standing, null, null, HEARD_MS);
    assertThat(NodeLabelling.said(SHOWN, said, "c1", NOW_MS)).isEqualTo(new Decided(null, null));
  }

  @Test
  void shouldWriteAHeartbeatWithoutKeepingAnything() {
    assertThat(heartbeat(SHOWN))
        .isEqualTo(new Decided(SHOWN, label(true, Map.of("kubevirt.io/schedulable", "true"))));
  }

  @Test
  void shouldAwaitTheEndOfAHeartbeatThatChangesTheLabel() {
    for (NodeLabel before : new NodeLabel[] {null, PENDING, HIDDEN}) {
      Decided decided = heartbeat(before);
      assertThat(decided.command())
          .isEqualTo(
              before == null
                  ? label(true, Map.of("kubevirt.io/schedulable", "true"))
                  : label(true));
      assertThat(decided.label()).extracting(NodeLabel::commandId).isEqualTo("c1");
    }
  }

  @Test
  void shouldRemoveWhatTheMachineCanDoNoMore() {
    Said said = new Said("node-a", "uid", "Eligible", null, List.of("m/pc"), HEARD_MS);
    NodeLabel stale =
        new NodeLabel("uid", true, Q35, List.of("m/old", "m/pc"), HEARD_MS, "c0", 0, NOW_MS);
    Decided decided = NodeLabelling.said(stale, said, "c1", NOW_MS);

    Map<String, @Nullable String> labels = new HashMap<>();
    labels.put("kubevirt.io/schedulable", "true");
    labels.put("m/pc", "true");
    labels.put("m/old", null);
    labels.put(Q35_KEY, null);
    assertThat(decided.command()).isEqualTo(label(true, labels));
    NodeLabel kept = decided.label();
    assertThat(kept).isNotNull();
    assertThat(NodeLabelling.ended(kept, outcome("c1", Result.DONE, null), NOW_MS))
        .isEqualTo(new NodeLabel("uid", true, List.of("m/pc"), List.of(), null, null, 0, 0));
  }

  @Test
  void shouldKnowAMachineWhileNothingNewIsSaidOfIt() {
    Said lost = new Said("node-a", "uid", "Lost", null, null, HEARD_MS);
    assertThat(NodeLabelling.said(SHOWN, lost, "c1", NOW_MS).command()).isEqualTo(label(false));
  }

  private static CommandOutcome outcome(String id, Result result, String reason) {
    return new CommandOutcome(
        id, "LabelNode", result, reason, null, "cluster-executor", null, null, null, null);
  }

  @Test
  void shouldBeDoneWhenTheLastCommandIs() {
    assertThat(NodeLabelling.ended(PENDING, outcome("c0", Result.DONE, null), NOW_MS))
        .isEqualTo(SHOWN);
  }

  @ParameterizedTest
  @CsvSource({"NotFound", "UidMismatch"})
  void shouldBeDoneWhenTheNodeIsNoMore(String reason) {
    assertThat(NodeLabelling.ended(PENDING, outcome("c0", Result.REFUSED, reason), NOW_MS))
        .isEqualTo(SHOWN);
  }

  @Test
  void shouldNotTakeTheEndOfAnotherCommand() {
    assertThat(NodeLabelling.ended(PENDING, outcome("c9", Result.DONE, null), NOW_MS))
        .isEqualTo(PENDING);
    assertThat(NodeLabelling.ended(SHOWN, outcome("c9", Result.UNKNOWN, null), NOW_MS))
        .isEqualTo(SHOWN);
  }

  @ParameterizedTest
  @EnumSource(value = Result.class, mode = EnumSource.Mode.EXCLUDE, names = "DONE")
  void shouldWriteTheLabelAgainUntilItIsDone(Result result) {
    NodeLabel failed = NodeLabelling.ended(PENDING, outcome("c0", result, "Forbidden"), NOW_MS);
    assertThat(failed.wakeUpAtMs()).isEqualTo(NOW_MS + NodeLabelling.FIRST_PAUSE_MS);

    Decided again = NodeLabelling.due(failed, "node-a", "c1", failed.wakeUpAtMs());
    assertThat(again.command()).isEqualTo(label(true));
    NodeLabel pending = again.label();
    assertThat(pending).isNotNull();
    NodeLabel twice =
        NodeLabelling.ended(pending, outcome("c1", result, "Forbidden"), failed.wakeUpAtMs());
    assertThat(twice.wakeUpAtMs() - failed.wakeUpAtMs())
        .isEqualTo(2 * NodeLabelling.FIRST_PAUSE_MS);

    assertThat(NodeLabelling.ended(pending, outcome("c1", Result.DONE, null), NOW_MS))
        .isEqualTo(SHOWN);
  }

  @Test
  void shouldNotPauseForEver() {
    NodeLabel often = new NodeLabel("uid", false, Q35, List.of(), null, "c0", 1_000, NOW_MS);
    assertThat(NodeLabelling.ended(often, outcome("c0", Result.UNKNOWN, null), NOW_MS))
        .extracting(NodeLabel::wakeUpAtMs)
        .isEqualTo(NOW_MS + NodeLabelling.LONGEST_PAUSE_MS);
  }

  @Test
  void shouldNotWriteAgainWhatIsShown() {
    assertThat(NodeLabelling.due(SHOWN, "node-a", "c1", NOW_MS))
        .isEqualTo(new Decided(SHOWN, null));
  }
}
