package io.vireo.bench.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoreBenchTest {

  @Test
  void shouldFindEveryBenchmark() {
    assertThat(CoreBench.all())
        .extracting(CoreBench.Measured::title)
        .containsExactly(
            "Decision.decide",
            "Owner.decide",
            "State.decode",
            "State.encode",
            "Record.decode",
            "Record.encode",
            "DomainXml.render",
            "Admission.mutate",
            "Admission.validate");
  }

  /** In JVMs of their own, which find the generated code by the class path. */
  @Test
  void shouldGiveTheValuesOfEachIterationOfEachFork() throws Exception {
    CoreBench.Measured xml = new CoreBench.Measured(DomainXmlBench.class, "render");

    List<CoreBench.Score> scores =
        CoreBench.run(xml, new CoreBench.Effort(2, 3, 20, true), List.of("-XX:+UseSerialGC"));

    assertThat(scores).hasSize(1);
    CoreBench.Score score = scores.getFirst();
    assertThat(score.title()).isEqualTo("DomainXml.render");
    assertThat(List.of(score.nanos(), score.bytes()))
        .allSatisfy(
            runs -> {
              assertThat(runs).hasSize(2);
              assertThat(runs).allSatisfy(run -> assertThat(run).hasSize(3));
              assertThat(runs.stream().flatMap(List::stream)).allMatch(value -> value > 0);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vmi-is-new",
        "pod-is-bound",
        "status-is-written",
        "guest-runs",
        "nothing-new",
        "timer"
      })
  void shouldDecideUponEachInput(String input) {
    DecisionBench bench = new DecisionBench();
    bench.input = input;
    bench.prepare();

    assertThat(bench.decide().state()).isNotNull();
    boolean acts = !List.of("nothing-new", "timer").contains(input);
    assertThat(bench.decide().commands().isEmpty()).isNotEqualTo(acts);
  }

  @Test
  void shouldMakeAndShowAVmOfAnOwner() {
    OwnerBench bench = new OwnerBench();
    assertThat(bench.decide().commands()).isNotEmpty();
    bench.input = "vmi-runs";
    bench.prepare();

    assertThat(bench.decide().state()).isNotNull();
    assertThat(bench.decide().state().vmis()).hasSize(1);
  }
}
