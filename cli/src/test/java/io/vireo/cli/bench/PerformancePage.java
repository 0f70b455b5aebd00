package io.vireo.cli.bench;

import io.vireo.cli.Failure;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.bench.Plots.Curve;
import io.vireo.cli.bench.Svg.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes {@code docs/performance.md} and its pictures from a template and the kept reports. In the
 * template stand, between braces, each line as words or quoted texts:
 *
 * <ul>
 *   <li>{@code origin REPORT}: when, on what and with which settings it was measured
 *   <li>{@code table REPORT SECTION}: the figures of a section
 *   <li>{@code distribution PICTURE "TITLE"}, and a line {@code REPORT SECTION/FIGURE "LABEL"} for
 *       each curve
 *   <li>{@code over PICTURE "TITLE" "SETTING"}, and a line {@code SECTION/FIGURE REPORT ...} for
 *       each curve: medians of the reports, over a setting that is a number
 *   <li>{@code waterfall PICTURE "TITLE"}, and a line {@code REPORT SECTION}, whose figures are
 *       steps one after another
 * </ul>
 */
final class PerformancePage {

  static final String TEMPLATE = "performance.template.md";

  private static final String NOTE =
      "<!-- Written by PerformanceDocTest from docs/benchmarks: change that, not this. -->\n\n";
  private static final Pattern DIRECTIVE = Pattern.compile("\\{\\{(.*?)(}}|\\z)", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  private final KeptReports kept;
  private final Map<String, String> pictures = new LinkedHashMap<>();

  /**
   * What was written.
   *
   * @param pictures SVG, by the name of its file
   */
  record Written(String page, Map<String, String> pictures) {}

  private PerformancePage(KeptReports kept) {
    this.kept = kept;
  }

  /** What a template and the kept reports give. */
  static Written write(String template, KeptReports kept) throws IOException, Failure {
    PerformancePage page = new PerformancePage(kept);
    StringBuilder text = new StringBuilder(NOTE);
    Matcher directive = DIRECTIVE.matcher(template);
    int from = 0;
    while (directive.find()) {
      text.append(template, from, directive.start());
      from = directive.end();
      try {
        if (directive.group(2).isEmpty()) {
          throw new Failure("Expected }} after {{");
        }
        text.append(page.instead(lines(directive.group(1))));
      } catch (Failure | IllegalArgumentException e) {
        long line = template.substring(0, directive.start()).lines().count() + 1;
        throw new Failure("%s:%d: %s".formatted(TEMPLATE, line, e.getMessage()), e);
      }
    }
    return new Written(text.append(template.substring(from)).toString(), page.pictures);
  }

  private static List<List<String>> lines(String directive) {
    return directive
        .lines()
        .filter(line -> !line.isBlank())
        .map(
            line ->
                WORD.matcher(line)
                    .results()
                    .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                    .toList())
        .toList();
  }

  private String instead(List<List<String>> lines) throws IOException, Failure {
    List<String> first = lines.isEmpty() ? List.of("") : lines.getFirst();
    List<List<String>> rest = lines.subList(Math.min(1, lines.size()), lines.size());
    String what = first.getFirst();
    return switch (what) {
      case "origin" -> {
        words(first, 2);
        yield kept.read(first.get(1)).heading().strip();
      }
      case "table" -> {
        words(first, 3);
        yield section(first.get(1), first.get(2)).table().markdown().strip();
      }
      case "distribution" -> {
        words(first, 3);
        yield picture(first, distribution(first.get(2), rest));
      }
      case "over" -> {
        words(first, 4);
        yield picture(first, over(first.get(2), first.get(3), rest));
      }
      case "waterfall" -> {
        words(first, 3);
        List<String> of = rest.size() == 1 ? rest.getFirst() : List.of();
        words(of, 2);
        List<Figure> steps = section(of.getFirst(), of.get(1)).figures();
        unit(steps);
        yield picture(first, Plots.waterfall(first.get(2), steps));
      }
      default ->
          throw new Failure(
              "Expected origin, table, distribution, over or waterfall, but got '" + what + "'");
    };
  }

  private static void words(List<String> words, int count) throws Failure {
    if (words.size() != count) {
      throw new Failure("Expected %d words, but got %s".formatted(count, words));
    }
  }

  private String picture(List<String> first, String svg) throws Failure {
    String name = first.get(1);
    if (!KeptReports.isName(name) || pictures.put(name + ".svg", svg) != null) {
      throw new Failure(
          "Expected a name of small letters, digits and hyphens that no other picture has, but got "
              + name);
    }
    return "![%s](benchmarks/%s.svg)".formatted(first.get(2), name);
  }

  private String distribution(String title, List<List<String>> lines) throws IOException, Failure {
    List<Figure> figures = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (List<String> line : lines) {
      words(line, 3);
      figures.add(found(line.getFirst(), line.get(1)).figure());
      labels.add(line.get(2));
    }
    unit(figures);
    return Plots.distribution(title, figures, labels);
  }

  private String over(String title, String setting, List<List<String>> lines)
      throws IOException, Failure {
    List<Curve> curves = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    List<String> titles = new ArrayList<>();
    for (List<String> line : lines) {
      List<Point> points = new ArrayList<>();
      for (String report : line.subList(1, line.size())) {
        Found found = found(report, line.getFirst());
        figures.add(found.figure());
        titles.add(found.section().title());
        points.add(new Point(number(report, setting), found.figure().summary().p50()));
      }
      if (points.isEmpty()) {
        throw new Failure("Expected reports behind " + line.getFirst());
      }
      points.sort(Comparator.comparingDouble(Point::x));
      curves.add(new Curve(figures.getLast().title(), points));
    }
    return Plots.over(title, setting, Plots.name(titles, unit(figures)), curves);
  }

  private double number(String report, String setting) throws IOException, Failure {
    String value = kept.read(report).settings().getOrDefault(setting, "");
    if (!value.matches("[0-9]{1,9}")) {
      throw new Failure(
          "Expected a number as setting %s of %s, but it is '%s'"
              .formatted(setting, report, value));
    }
    return Double.parseDouble(value);
  }

  /** That all have. */
  private static Unit unit(List<Figure> figures) throws Failure {
    List<Unit> units = figures.stream().map(Figure::unit).distinct().toList();
    if (units.size() != 1) {
      throw new Failure("Expected figures of one unit, but they are in " + units);
    }
    return units.getFirst();
  }

  private record Found(Section section, Figure figure) {}

  private Section section(String report, String key) throws IOException, Failure {
    List<Section> all = kept.read(report).sections();
    return all.stream()
        .filter(section -> section.key().equals(key))
        .findFirst()
        .orElseThrow(() -> missing(key, report, all.stream().map(Section::key).toList()));
  }

  /** By section and figure, with a slash between. */
  private Found found(String report, String path) throws IOException, Failure {
    String[] keys = path.split("/", 2);
    Section section = section(report, keys[0]);
    String key = keys.length == 1 ? "" : keys[1];
    return section.figures().stream()
        .filter(figure -> figure.key().equals(key))
        .findFirst()
        .map(figure -> new Found(section, figure))
        .orElseThrow(
            () ->
                missing(
                    "figure '" + key + "' of " + keys[0],
                    report,
                    section.figures().stream().map(Figure::key).toList()));
  }

  private static Failure missing(String what, String report, List<String> keys) {
    return new Failure(
        "Expected %s in the report %s, but there are: %s"
            .formatted(what, report, String.join(", ", keys)));
  }
}
