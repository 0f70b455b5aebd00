package io.vireo.cli.bench;

import io.vireo.cli.measure.Percentiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * One thing that was measured several times, or once in each of several runs.
 *
 * @param key for programs
 * @param title for people
 * @param unit of the values
 * @param source whose word it is
 * @param runs the values of each run; at least one run, of at least one value each
 */
public record Figure(String key, String title, Unit unit, String source, List<List<Double>> runs) {

  private static final int P99 = 99;

  /** What values are counted in. */
  public enum Unit {
    NANOSECONDS("ns"),
    MILLISECONDS("ms"),
    SECONDS("s"),
    BYTES("B"),
    KIBIBYTES("KiB"),
    MEBIBYTES("MiB"),
    COUNT(""),
    PER_SECOND("/s"),
    PERCENT("%");

    private final String title;

    Unit(String title) {
      this.title = title;
    }

    private static Unit of(String title) {
      return Stream.of(values())
          .filter(unit -> unit.title.equals(title))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("No unit: " + title));
    }

    /** Three digits say what measuring can. */
    String text(double value) {
      double size = Math.abs(value);
      String format = size >= 100 || size == 0 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
      return (String.format(Locale.ROOT, format, value) + " " + title).strip();
    }
  }

  /** Copies the values. */
  public Figure {
    if (runs.isEmpty() || runs.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("Expected at least one value of " + key);
    }
    runs = runs.stream().map(List::copyOf).toList();
  }

  /** Of one run. */
  public static Figure of(String key, String title, Unit unit, String source, List<Double> values) {
    return new Figure(key, title, unit, source, List.of(values));
  }

  /** What one run has one of. */
  public static Figure of(String key, String title, Unit unit, String source, double value) {
    return of(key, title, unit, source, List.of(value));
  }

  /** With the values of another run of the same. */
  Figure and(Figure other) {
    List<List<Double>> all = new ArrayList<>(runs);
    all.addAll(other.runs);
    return new Figure(key, title, unit, source, all);
  }

  /** Whether each run has one value, such as a rate, and not one of each of many things. */
  boolean isSingle() {
    return runs.stream().allMatch(run -> run.size() == 1);
  }

  /** All that was measured. */
  public List<Double> values() {
    return runs.stream().flatMap(List::stream).toList();
  }

  /** The middle of each run. */
  List<Double> medians() {
    return runs.stream().map(run -> Percentiles.of(run).p50()).toList();
  }

  /** Cells for people of one with many values: see {@link Section}. */
  String[] row(boolean withRuns) {
    List<Double> values = values();
    Percentiles all = Percentiles.of(values);
    List<String> cells = new ArrayList<>();
    cells.add(title);
    cells.add(unit.text(all.p50()));
    cells.add(unit.text(all.p95()));
    cells.add(unit.text(Percentiles.percentile(values, P99)));
    cells.add(unit.text(all.max()));
    cells.add(Integer.toString(all.n()));
    if (withRuns) {
      cells.add(spread());
    }
    cells.add(source);
    return cells.toArray(String[]::new);
  }

  /** Cells for people of one with a value in each run. */
  String[] singleRow(boolean withRuns) {
    return withRuns
        ? new String[] {title, unit.text(Percentiles.of(values()).p50()), spread(), source}
        : new String[] {title, unit.text(values().getFirst()), source};
  }

  /** From the least to the greatest median of a run. */
  private String spread() {
    Percentiles of = Percentiles.of(medians());
    double least = medians().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    return unit.text(least) + " to " + unit.text(of.max());
  }

  /** For programs. */
  Map<String, Object> json() {
    List<Double> values = values();
    Percentiles all = Percentiles.of(values);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", key);
    json.put("title", title);
    json.put("unit", unit.title);
    json.put("source", source);
    json.put("p50", rounded(all.p50()));
    json.put("p95", rounded(all.p95()));
    json.put("p99", rounded(Percentiles.percentile(values, P99)));
    json.put("max", rounded(all.max()));
    json.put("n", all.n());
    json.put("runs", runs.stream().map(run -> run.stream().map(Figure::rounded).toList()).toList());
    return json;
  }

  /** Of what {@link #json} gave. */
  static Figure of(JsonNode json) {
    List<List<Double>> runs = new ArrayList<>();
    json.path("runs")
        .forEach(run -> runs.add(run.valueStream().map(value -> value.asDouble()).toList()));
    return new Figure(
        json.path("key").asString(""),
        json.path("title").asString(""),
        Unit.of(json.path("unit").asString("")),
        json.path("source").asString(""),
        runs);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
