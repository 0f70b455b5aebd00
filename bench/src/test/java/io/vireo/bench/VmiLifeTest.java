package io.vireo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.VmiState;
import io.vireo.scheduler.topology.MeasuredCodecs;
import io.vireo.schemas.Topics;
import java.util.List;
import org.junit.jupiter.api.Test;

class VmiLifeTest {

  private static final long NOW_MS = 1_700_000_000_000L;

  private final VmiLife life = VmiLife.of(7, "node-a", NOW_MS);

  @Test
  void shouldLeadToAGuestThatRunsAndIsShown() {
    VmiState state = life.state();

    assertThat(state.shown().phase()).isEqualTo("Running");
    assertThat(state.progress().pending()).isEmpty();
    assertThat(state.progress().attempts()).isEmpty();
  }

  @Test
  void shouldTakeTheCommandsOfAStartWithoutAFault() {
    List<String> commands =
        life.steps().stream()
            .flatMap(step -> step.decision().commands().stream())
            .map(issued -> issued.command().type())
            .toList();

    assertThat(commands)
        .containsOnlyOnce("CreateLauncherPod", "StartDomain")
        .contains("WriteStatus")
        .hasSizeLessThan(12);
  }

  @Test
  void shouldBeTheSameForTheSameNumber() {
    VmiLife again = VmiLife.of(7, "node-a", NOW_MS);

    assertThat(again.steps()).isEqualTo(life.steps());
    assertThat(VmiLife.of(8, "node-a", NOW_MS).uid()).isNotEqualTo(life.uid());
  }

  @Test
  void shouldStoreTheStateThatItEndsWith() {
    assertThat(MeasuredCodecs.state(life.stored())).isEqualTo(life.state());
  }

  @Test
  void shouldFindItsSteps() {
    assertThat(life.boundStep().after().epoch()).isNotNull();
    assertThat(life.writtenStep().said().topic()).isEqualTo(Topics.OUTCOMES);
    assertThat(life.command("StartDomain").topic()).isEqualTo(Topics.NODE_COMMANDS);
    assertThat(life.last(Topics.DOMAIN_OBSERVED).said().value().toString()).contains("running");
  }
}
