package io.vireo.cli.bench;

import io.vireo.cli.measure.Percentiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One thing that was measured several times, or once in each of several runs.
 *
 * @param key for programs
 * @param title for people
 * @param unit of the values
 * @param source whose word it is
 * @param runs the values of each run; at least one run, of at least one value each
 * @param ofAll what all values come to, where {@code runs} has only quantiles of them
 */
public record Figure(
    String key,
    String title,
    Unit unit,
    String source,
    List<List<Double>> runs,
    @Nullable Summary ofAll) {

  private static final String THINNED = "thinned";

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

    /** As it is written behind a value; empty for what is counted. */
    String title() {
      return title;
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

  /** With all values. */
  public Figure(String key, String title, Unit unit, String source, List<List<Double>> runs) {
    this(key, title, unit, source, runs, null);
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
    if (ofAll != null || other.ofAll != null) {
      throw new IllegalArgumentException("Expected all values of " + key + ", not quantiles");
    }
    List<List<Double>> all = new ArrayList<>(runs);
    all.addAll(other.runs);
    return new Figure(key, title, unit, source, all);
  }

  /**
   * With so many quantiles of each run that has more values. They are by nearest rank, so with a
   * multiple of a hundred every percentile of a run stays what it was.
   */
  Figure thinned(int max) {
    if (runs.stream().allMatch(run -> run.size() <= max)) {
      return this;
    }
    List<List<Double>> fewer =
        runs.stream().map(run -> run.size() <= max ? run : quantiles(run, max)).toList();
    return new Figure(key, title, unit, source, fewer, summary());
  }

  /** As many as asked for, by nearest rank: the last one is the greatest value. */
  static List<Double> quantiles(List<Double> values, int count) {
    List<Double> sorted = values.stream().sorted().toList();
    return IntStream.rangeClosed(1, count)
        .mapToObj(k -> sorted.get((int) Math.ceilDiv((long) k * sorted.size(), count) - 1))
        .toList();
  }

  /** What all that was measured comes to. */
  Summary summary() {
    return ofAll == null ? Summary.of(values()) : ofAll;
  }

  /** Whether each run has one value, such as a rate, and not one of each of many things. */
  boolean isSingle() {
    return runs.stream().allMatch(run -> run.size() == 1);
  }

  /** All that was measured, or all quantiles of it. */
  public List<Double> values() {
    return runs.stream().flatMap(List::stream).toList();
  }

  /** The middle of each run. */
  List<Double> medians() {
    return runs.stream().map(run -> Percentiles.of(run).p50()).toList();
  }

  /** Cells for people of one with many values: see {@link Section}. */
  String[] row(boolean withRuns) {
    Summary all = summary();
    List<String> cells = new ArrayList<>();
    cells.add(title);
    cells.add(unit.text(all.p50()));
    cells.add(unit.text(all.p95()));
    cells.add(unit.text(all.p99()));
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
    Summary all = summary();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", key);
    json.put("title", title);
    json.put("unit", unit.title);
    json.put("source", source);
    json.put("p50", rounded(all.p50()));
    json.put("p95", rounded(all.p95()));
    json.put("p99", rounded(all.p99()));
    json.put("max", rounded(all.max()));
    json.put("n", all.n());
    if (ofAll != null) {
      json.put(
          THINNED,
          "runs has only quantiles of what was measured; p50, p95, p99, max and n are of all");
    }
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
        runs,
        json.has(THINNED) ? summary(json) : null);
  }

  private static Summary summary(JsonNode json) {
    return new Summary(
        json.path("p50").asDouble(),
        json.path("p95").asDouble(),
        json.path("p99").asDouble(),
        json.path("max").asDouble(),
        json.path("n").asInt());
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
