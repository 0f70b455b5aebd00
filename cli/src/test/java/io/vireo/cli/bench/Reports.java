package io.vireo.cli.bench;

import io.vireo.cli.bench.Figure.Unit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reports for tests. */
final class Reports {

  private Reports() {}

  static Origin origin(String kernel) {
    return new Origin(
        "2026-01-01T10:00:00Z", Map.of("processors", 2, "kernel", kernel), "abc", 1, 0.5);
  }

  /** Each VMI took as many milliseconds as its number; the decision took as many as there are. */
  static FigureReport density(int vmis) {
    return new FigureReport(
        "density",
        origin("6.1"),
        Map.of("VMIs", "" + vmis, "rate", "max"),
        List.of(
            new Section(
                "start",
                "Start of each",
                List.of(
                    Figure.of(
                        "running", "create → Running", Unit.MILLISECONDS, "watch", upTo(vmis)))),
            new Section(
                "cpu",
                "Processor time for each",
                List.of(
                    Figure.of("all", "all parts", Unit.MILLISECONDS, "/proc", 0.5 * vmis),
                    Figure.of("peak", "memory", Unit.MEBIBYTES, "/proc", 100)))));
  }

  static List<Double> upTo(int last) {
    return IntStream.rangeClosed(1, last).mapToObj(Double::valueOf).toList();
  }
}
