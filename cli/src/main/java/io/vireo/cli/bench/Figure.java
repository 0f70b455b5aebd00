package io.vireo.cli.bench;

import io.vireo.cli.measure.Percentiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One thing that was measured several times.
 *
 * @param key for programs
 * @param title for people
 * @param unit of the values
 * @param source whose word it is
 * @param values at least one
 */
record Figure(String key, String title, Unit unit, String source, List<Double> values) {

  /** What values are counted in. */
  enum Unit {
    MILLISECONDS("ms", "%.0f ms"),
    MEBIBYTES("MiB", "%.1f MiB");

    private final String title;
    private final String format;

    Unit(String title, String format) {
      this.title = title;
      this.format = format;
    }

    String text(double value) {
      return String.format(Locale.ROOT, format, value);
    }
  }

  /** Copies the values. */
  Figure {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("Expected at least one value of " + key);
    }
    values = List.copyOf(values);
  }

  /** Cells for people: title, P50, P95, maximum, how many, source. */
  String[] row() {
    Percentiles percentiles = Percentiles.of(values);
    return new String[] {
      title,
      unit.text(percentiles.p50()),
      unit.text(percentiles.p95()),
      unit.text(percentiles.max()),
      Integer.toString(percentiles.n()),
      source
    };
  }

  /** For programs. */
  Map<String, Object> json() {
    Percentiles percentiles = Percentiles.of(values);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("unit", unit.title);
    json.put("p50", rounded(percentiles.p50()));
    json.put("p95", rounded(percentiles.p95()));
    json.put("max", rounded(percentiles.max()));
    json.put("n", percentiles.n());
    json.put("source", source);
    json.put("values", values.stream().map(Figure::rounded).toList());
    return json;
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
