package io.vireo.cli.bench;

import io.vireo.cli.Failure;
import io.vireo.cli.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Two reports of the same benchmark: how much the second's figures are of the first's, and whether
 * that can be noise.
 */
public final class Comparison implements BenchReport {

  /** From so many values on, the twentieth part of them is at least one. */
  private static final int P95_VALUES_MIN = 20;

  private static final String LEGEND =
      """
      Interval: where both have several runs, from the least to the greatest ratio of the runs' medians;
      else 95 % of a bootstrap of the values, which knows nothing of how runs differ.
      By chance alone 2 and 2 runs lie apart in one of 3 comparisons, 3 and 3 in one of 10, 4 and 4 in one of 35.
      """;

  private final Side a;
  private final Side b;
  private final List<String> differences = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();

  /**
   * One of the two.
   *
   * @param name for people
   */
  public record Side(String name, FigureReport report) {

    private Optional<Figure> find(Section section, Figure figure) {
      return report.sections().stream()
          .filter(each -> each.key().equals(section.key()))
          .flatMap(each -> each.figures().stream())
          .filter(each -> each.key().equals(figure.key()))
          .findFirst();
    }

    private Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", name);
      json.put("origin", report.origin().json());
      json.put("settings", report.settings());
      return json;
    }
  }

  private record Part(String key, String title, List<Row> rows) {}

  private Comparison(Side a, Side b) {
    this.a = a;
    this.b = b;
  }

  /**
   * Compares each figure that both have.
   *
   * @throws Failure where they are of different benchmarks
   */
  public static Comparison of(Side a, Side b) throws Failure {
    if (!a.report().bench().equals(b.report().bench())) {
      throw new Failure(
          "Expected two reports of the same benchmark, but %s is of %s and %s of %s"
              .formatted(a.name(), a.report().bench(), b.name(), b.report().bench()));
    }
    Comparison comparison = new Comparison(a, b);
    comparison.differ("setting ", report -> report.settings());
    comparison.differ("machine: ", report -> report.origin().machine());
    comparison.differ("", report -> Map.of("nodes", report.origin().nodes()));
    comparison.figures();
    return comparison;
  }

  private void differ(String what, Function<FigureReport, Map<String, ?>> facts) {
    Map<String, ?> ofA = facts.apply(a.report());
    Map<String, ?> ofB = facts.apply(b.report());
    Set<String> keys = new LinkedHashSet<>(ofA.keySet());
    keys.addAll(ofB.keySet());
    for (String key : keys) {
      String inA = said(ofA.get(key));
      String inB = said(ofB.get(key));
      if (!inA.equals(inB)) {
        differences.add("%s%s: %s in A, %s in B".formatted(what, key, inA, inB));
      }
    }
  }

  private static String said(@Nullable Object fact) {
    return fact == null ? "nothing" : fact.toString();
  }

  private void figures() {
    for (Section section : a.report().sections()) {
      List<Row> rows = new ArrayList<>();
      for (Figure figure : section.figures()) {
        Optional<Figure> other = b.find(section, figure);
        if (other.isEmpty()) {
          notCompared.add("only in A: " + name(section, figure));
        } else if (other.get().unit() != figure.unit()) {
          notCompared.add("in another unit: " + name(section, figure));
        } else {
          rows.add(Row.of(figure, other.get()));
        }
      }
      if (!rows.isEmpty()) {
        parts.add(new Part(section.key(), section.title(), rows));
      }
    }
    for (Section section : b.report().sections()) {
      for (Figure figure : section.figures()) {
        if (a.find(section, figure).isEmpty()) {
          notCompared.add("only in B: " + name(section, figure));
        }
      }
    }
  }

  private static String name(Section section, Figure figure) {
    return section.title() + ", " + figure.title();
  }

  /**
   * A figure that both have.
   *
   * @param ratio of the medians; nothing is a multiple of what is not above 0
   */
  private record Row(Figure a, Figure b, Optional<Double> ratio, Optional<RatioInterval> interval) {

    static Row of(Figure a, Figure b) {
      Optional<Double> ratio = ratio(a.summary().p50(), b.summary().p50());
      return new Row(a, b, ratio, ratio.flatMap(known -> RatioInterval.of(a, b)));
    }

    private static Optional<Double> ratio(double a, double b) {
      return a > 0 ? Optional.of(b / a) : Optional.empty();
    }

    private Optional<Double> p95Ratio() {
      return Math.min(a.summary().n(), b.summary().n()) < P95_VALUES_MIN
              || a.isSingle()
              || b.isSingle()
          ? Optional.empty()
          : ratio(a.summary().p95(), b.summary().p95());
    }

    private String verdict() {
      if (ratio.isEmpty()) {
        return a.summary().p50() == b.summary().p50()
            ? "the same"
            : "no ratio to what is not above 0";
      }
      return interval
          .map(
              in ->
                  in.low() > 1 ? "B is more" : in.high() < 1 ? "B is less" : "no difference shown")
          .orElse("too few values to tell");
    }

    private String[] cells() {
      return new String[] {
        a.title(),
        a.unit().text(a.summary().p50()),
        b.unit().text(b.summary().p50()),
        ratio.map(Row::text).orElse("-"),
        interval.map(in -> text(in.low()) + " to " + text(in.high())).orElse("-"),
        interval.map(RatioInterval::basis).orElse("-"),
        p95Ratio().map(Row::text).orElse("-"),
        verdict()
      };
    }

    private static String text(double ratio) {
      return String.format(Locale.ROOT, "%.2f", ratio);
    }

    private Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("key", a.key());
      json.put("title", a.title());
      json.put("unit", a.unit().title());
      json.put("a", a.summary().p50());
      json.put("b", b.summary().p50());
      ratio.ifPresent(of -> json.put("ratio", of));
      p95Ratio().ifPresent(of -> json.put("p95Ratio", of));
      interval.ifPresent(
          in -> {
            json.put("low", in.low());
            if (Double.isFinite(in.high())) {
              json.put("high", in.high());
            }
            json.put("basis", in.basis());
          });
      json.put("verdict", verdict());
      return json;
    }
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder(heading(""));
    for (Part part : parts) {
      text.append('\n').append(part.title()).append('\n').append(table(part).render());
    }
    return text + "\n" + LEGEND;
  }

  @Override
  public String markdown() {
    StringBuilder text = new StringBuilder(heading("- "));
    for (Part part : parts) {
      text.append("\n### ").append(part.title()).append("\n\n").append(table(part).markdown());
    }
    return text + "\n" + LEGEND;
  }

  private String heading(String item) {
    StringBuilder text = new StringBuilder(a.report().bench() + "\n\n");
    for (String line :
        List.of(
            "A: %s. %s".formatted(a.name(), a.report().origin().text()),
            "B: %s. %s".formatted(b.name(), b.report().origin().text()))) {
      text.append(item).append(line).append('\n');
    }
    differences.forEach(line -> text.append(item).append("differs: ").append(line).append('\n'));
    notCompared.forEach(line -> text.append(item).append(line).append('\n'));
    return text.toString();
  }

  private static TextTable table(Part part) {
    TextTable table =
        new TextTable(
            "Figure", "P50 of A", "P50 of B", "B / A", "Interval", "From", "P95 B / A", "Says");
    part.rows().forEach(row -> table.row(row.cells()));
    return table;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("bench", a.report().bench());
    json.put("a", a.json());
    json.put("b", b.json());
    json.put("differences", differences);
    json.put("notCompared", notCompared);
    json.put("sections", parts.stream().map(Comparison::json).toList());
    return json;
  }

  private static Map<String, Object> json(Part part) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", part.key());
    json.put("title", part.title());
    json.put("figures", part.rows().stream().map(Row::json).toList());
    return json;
  }
}
