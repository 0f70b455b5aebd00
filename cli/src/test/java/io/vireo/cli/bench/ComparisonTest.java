package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.Failure;
import io.vireo.cli.Json;
import io.vireo.cli.bench.Figure.Unit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ComparisonTest {

  private static Figure figure(String key, List<Double> values) {
    return Figure.of(key, key, Unit.MILLISECONDS, "clock", values);
  }

  private static List<Double> upTo(int last, double each) {
    return IntStream.rangeClosed(1, last).mapToObj(i -> 100 + i * each).toList();
  }

  private static Comparison.Side side(String name, FigureReport report) {
    return new Comparison.Side(name, report);
  }

  private static Comparison compare(FigureReport a, FigureReport b) throws Failure {
    return Comparison.of(side("a.json", a), side("b.json", b));
  }

  private static FigureReport report(String vmis, Figure... figures) {
    return new FigureReport(
        "density",
        Reports.origin("6.1"),
        Map.of("VMIs", vmis),
        List.of(new Section("start", "Start", List.of(figures))));
  }

  @Test
  void shouldSayWhichFiguresDiffer() throws Failure {
    List<Double> values = upTo(40, 0.5);
    List<Double> twice = values.stream().map(value -> 2 * value).toList();

    Comparison comparison =
        compare(
            report("40", figure("same", values), figure("more", values), figure("less", twice)),
            report("40", figure("same", values), figure("more", twice), figure("less", values)));

    assertThat(comparison.markdown())
        .containsPattern("\\| same \\| 110 ms \\| 110 ms \\| 1\\.00 \\|.*no difference shown")
        .containsPattern("\\| more \\| 110 ms \\| 220 ms \\| 2\\.00 \\|.*\\| 2\\.00 \\| B is more")
        .containsPattern("\\| less \\| 220 ms \\| 110 ms \\| 0\\.50 \\|.*\\| 0\\.50 \\| B is less")
        .doesNotContain("differs");
  }

  @Test
  void shouldNotJudgeWhatOneValueCannotTell() throws Failure {
    Comparison comparison =
        compare(
            report("1", figure("rate", List.of(10.0)), figure("none", List.of(0.0))),
            report("1", figure("rate", List.of(30.0)), figure("none", List.of(0.0))));

    assertThat(comparison.text())
        .containsPattern("rate +10\\.0 ms +30\\.0 ms +3\\.00 +- .*too few values to tell")
        .containsPattern("none +0 ms +0 ms +- .*the same");
  }

  @Test
  void shouldNotMultiplyWhatIsLessThanNothing() throws Failure {
    assertThat(
            compare(
                    report("1", figure("hop", List.of(-1.5))),
                    report("1", figure("hop", List.of(3.0))))
                .text())
        .contains("no ratio to what is not above 0");
  }

  @Test
  void shouldSayWhatElseDiffers() throws Failure {
    FigureReport a = report("40", figure("x", List.of(1.0)), figure("old", List.of(1.0)));
    FigureReport b =
        new FigureReport(
            "density",
            Reports.origin("6.2"),
            Map.of("VMIs", "80", "rate", "max"),
            List.of(
                new Section(
                    "start",
                    "Start",
                    List.of(
                        Figure.of("x", "x", Unit.BYTES, "clock", 1.0),
                        figure("new", List.of(1.0))))));

    assertThat(compare(a, b).text().lines())
        .contains(
            "differs: setting VMIs: 40 in A, 80 in B",
            "differs: setting rate: nothing in A, max in B",
            "differs: machine: kernel: 6.1 in A, 6.2 in B",
            "in another unit: Start, x",
            "only in A: Start, old",
            "only in B: Start, new");
  }

  @Test
  void shouldNotCompareTwoBenchmarks() {
    FigureReport other = new FigureReport("rest", Reports.origin("6.1"), Map.of(), List.of());

    assertThatThrownBy(() -> compare(report("1", figure("x", List.of(1.0))), other))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("a.json is of density and b.json of rest");
  }

  @Test
  void shouldTellPrograms() throws Failure {
    List<Double> values = upTo(40, 0.5);
    JsonNode json =
        JsonMapper.builder()
            .build()
            .readTree(
                Json.pretty(
                    compare(report("40", figure("x", values)), report("50", figure("x", values)))
                        .json()));

    JsonNode figure = json.path("sections").get(0).path("figures").get(0);
    assertThat(figure.path("ratio").asDouble()).isEqualTo(1);
    assertThat(figure.path("low").asDouble()).isBetween(0.9, 1.0);
    assertThat(figure.path("high").asDouble()).isBetween(1.0, 1.1);
    assertThat(json.path("differences").get(0).asString()).contains("VMIs");
    assertThat(json.path("a").path("file").asString()).isEqualTo("a.json");
  }
}
