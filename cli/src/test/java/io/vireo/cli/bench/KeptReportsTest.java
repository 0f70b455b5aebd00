package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.Failure;
import io.vireo.cli.bench.Figure.Unit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeptReportsTest {

  @TempDir private Path home;

  @Test
  void shouldReadWhatIsKept() throws Exception {
    KeptReports kept = KeptReports.of(home);

    Path file = kept.keep("density-100", Reports.density(100));

    assertThat(file).isEqualTo(home.resolve("docs/benchmarks/density-100.json"));
    assertThat(kept.read("density-100").json()).isEqualTo(Reports.density(100).json());
    assertThat(Files.readString(file)).doesNotContain("quantiles");
  }

  @Test
  void shouldKeepQuantilesOfManyValuesAndSaySo() throws Exception {
    KeptReports kept = KeptReports.of(home);
    FigureReport report = Reports.density(4321).and(Reports.density(2000));

    Path file = kept.keep("density", report);

    assertThat(Files.readString(file)).containsOnlyOnce("runs has only quantiles");
    FigureReport read = kept.read("density");
    Figure figure = read.sections().getFirst().figures().getFirst();
    assertThat(figure.runs()).extracting(List::size).containsExactly(1000, 1000);
    assertThat(figure.medians()).containsExactly(2161.0, 1000.0);
    assertThat(figure.summary().n()).isEqualTo(6321);
    assertThat(read.markdown()).isEqualTo(report.markdown());
    assertThat(read.thinned(1000).json()).isEqualTo(read.json());
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 1999, 2500, 100_001})
  void shouldNotMoveAPercentile(int count) {
    List<Double> values = Reports.upTo(count);

    assertThat(Summary.of(Figure.quantiles(values, 1000)))
        .usingRecursiveComparison()
        .ignoringFields("n")
        .isEqualTo(Summary.of(values));
  }

  @Test
  void shouldNotJoinQuantilesWithValues() {
    Figure figure = Figure.of("x", "x", Unit.COUNT, "clock", Reports.upTo(2000)).thinned(1000);

    assertThatThrownBy(() -> figure.and(figure))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not quantiles");
  }

  @Test
  void shouldNameThoseThatThereAre() throws Exception {
    KeptReports kept = KeptReports.of(home);
    kept.keep("b", Reports.density(1));
    kept.keep("a", Reports.density(1));

    assertThatThrownBy(() -> kept.read("c"))
        .isInstanceOf(Failure.class)
        .hasMessage("Expected a kept report c in docs/benchmarks, but there are: a, b");
  }

  @ParameterizedTest
  @CsvSource({
    "a, true",
    "density-1000-flat-out, true",
    "'', false",
    "-a, false",
    "A, false",
    "../a, false",
    "a.json, false"
  })
  void shouldKnowNames(String name, boolean isName) {
    assertThat(KeptReports.isName(name)).isEqualTo(isName);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                              | no bench
          {                                                               | Unexpected end
          []                                                              | no bench
          {"time": "2026-01-01T10:00:00Z", "loads": {}}                   | no bench
          {"bench": "rest", "sections": []}                               | no figure
          {"bench": "rest", "sections": [{"figures": [{"unit": "miles"}]}]} | No unit: miles
          {"bench": "rest", "sections": [{"figures": [{"key": "cpu", "unit": "s", "runs": []}]}]} | at least one value of cpu
          {"bench": "rest", "sections": [{"figures": [{"key": "cpu", "unit": "s", "runs": [["x"]]}]}]} | double
          """)
  void shouldNameTheFileThatIsNoReport(String content, String cause) throws Exception {
    Path file = Files.writeString(home.resolve("x.json"), content);

    assertThatThrownBy(() -> ReportReader.read(file))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("Expected " + file + " to be a report that vireo bench wrote, but")
        .hasMessageContaining(cause);
  }
}
