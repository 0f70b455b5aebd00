package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.density.DensityBench;
import io.vireo.cli.bench.density.ReactionBench;
import io.vireo.cli.bench.density.RealBench;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks in short: that they measure, not how fast it is. */
class BenchE2E {

  private static final int NODES = 3;

  private static Stack stack;
  private static Place place;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start("bench", 1, true);
    place = new Place(Path.of("..").toAbsolutePath().normalize(), stack.state());
  }

  @AfterAll
  static void stop() throws Exception {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void shouldMeasureManyVmisAndWhatTheyCost(@TempDir Path profile) throws Exception {
    int count = 30;

    FigureReport report =
        new DensityBench(place, Steps.onStandardError())
            .run(new DensityBench.Options(count, null, profile), NODES);

    System.out.print(report.text());
    for (String key :
        List.of("podCreated", "scheduled", "running", "startReceived", "readyToScheduled")) {
      assertThat(figure(report, "start", key).values()).as(key).hasSize(count);
    }
    assertThat(figure(report, "start", "running").values()).allMatch(millis -> millis > 0);
    assertThat(figure(report, "deletion", "podGone").values()).hasSize(count);
    assertThat(value(report, "startWrites", "all-but-events")).isBetween(2.0, 10.0);
    assertThat(value(report, "startCpu", "cpu-scheduler")).isPositive();
    assertThat(value(report, "topics", "start")).isPositive();
    assertThat(value(report, "memory", "rss-etcd")).isPositive();
    assertThat(profile.resolve("scheduler.html")).content().contains("vireo.");
    assertThat(profile.resolve("kafka.html")).content().contains("kafka.");
  }

  @Test
  void shouldMeasureEachHopOfAStart() throws Exception {
    int count = 5;

    FigureReport report = new ReactionBench(place, Steps.onStandardError()).run(count, NODES);

    System.out.print(report.text());
    List<Figure> hops = report.sections().getFirst().figures();
    assertThat(hops).hasSize(8);
    for (Figure hop : hops) {
      // Watches tell late, so a hop may be less than nothing.
      assertThat(hop.values()).as(hop.key()).hasSize(count).allMatch(Double::isFinite);
    }
    assertThat(figure(report, "whole", "create").values())
        .hasSize(count)
        .allMatch(millis -> millis > 0);
  }

  @Test
  void shouldMeasureRealGuests() throws Exception {
    FigureReport report = new RealBench(place, Steps.onStandardError()).run(2, 2);

    System.out.print(report.text());
    for (String section : List.of("single", "together")) {
      for (String key : List.of("podCreated", "domainRunning", "running", "gone", "podGone")) {
        assertThat(figure(report, section, key).values())
            .as(section + " " + key)
            .hasSize(2)
            .allMatch(millis -> millis > 0);
      }
    }
    assertThat(figure(report, "memory", "overhead").values()).hasSize(2).allMatch(mib -> mib > 1);
    assertThat(figure(report, "memory", "guest").values()).hasSize(2).allMatch(mib -> mib > 1);
  }

  private static double value(FigureReport report, String section, String key) {
    return figure(report, section, key).values().getFirst();
  }

  private static Figure figure(FigureReport report, String section, String key) {
    return report.sections().stream()
        .filter(each -> each.key().equals(section))
        .flatMap(each -> each.figures().stream())
        .filter(each -> each.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(section + " " + key));
  }
}
