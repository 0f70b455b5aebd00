package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.bench.core.CoreBench.Score;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoreFiguresTest {

  @Test
  void shouldTakeEachForkAsARunAndEachIterationAsAValue() {
    List<List<Double>> nanos = List.of(List.of(100.0, 110.0), List.of(300.0, 310.0));
    List<List<Double>> bytes = List.of(List.of(64.0, 64.0), List.of(64.0, 64.1));

    List<Section> sections =
        CoreFigures.sections(List.of(new Score("State.encode", "State.encode", nanos, bytes)));

    assertThat(sections).extracting(Section::key).containsExactly("time", "allocation");
    assertThat(sections.getFirst().figures().getFirst().runs()).isEqualTo(nanos);
    assertThat(sections.getFirst().table().render())
        .containsPattern("State\\.encode +110 ns +310 ns .* 4 +100 ns to 300 ns +JMH");
    assertThat(sections.getLast().figures().getFirst().runs()).isEqualTo(bytes);
  }

  @Test
  void shouldFindByAPartOfTheName() {
    assertThat(CoreFigures.named("encode")).hasSize(2);
    assertThat(CoreFigures.named("nonsense")).isEmpty();
    assertThat(CoreFigures.named("")).hasSizeGreaterThan(5);
  }
}
