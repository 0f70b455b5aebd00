package io.vireo.cli.bench;

import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.bench.Svg.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Pictures of figures. */
final class Plots {

  private static final int WIDTH = 760;
  private static final int LEFT = 70;
  private static final int RIGHT = WIDTH - 50;
  private static final int TOP = 66;
  private static final int BOTTOM = TOP + 280;
  private static final int ROW = 20;
  private static final int BAR_ROW = 40;
  private static final int BAR = 14;
  private static final int QUANTILES = 200;
  private static final double PERCENT = 100;

  private Plots() {}

  /**
   * A line through points.
   *
   * @param label in the legend
   * @param points in values, by ascending x
   */
  record Curve(String label, List<Point> points) {}

  /** How many percent of the values are at most so much; what is so much is logarithmic. */
  static String distribution(String title, List<Figure> figures, List<String> labels) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < figures.size(); i++) {
      List<Point> points = new ArrayList<>();
      for (double value : Figure.quantiles(figures.get(i).values(), QUANTILES)) {
        points.add(new Point(value, (points.size() + 1) * PERCENT / QUANTILES));
      }
      curves.add(new Curve(labels.get(i), points));
    }
    String what =
        name(figures.stream().map(Figure::title).toList(), figures.getFirst().unit())
            + " (logarithmic)";
    return lines(
        title,
        Axis.log(what, xs(curves).min().orElseThrow(), xs(curves).max().orElseThrow(), LEFT, RIGHT),
        Axis.linear("% of all that are at most so much", 0, PERCENT, BOTTOM, TOP),
        curves,
        false);
  }

  /** What there is one of, and the unit. */
  static String name(List<String> titles, Unit unit) {
    List<String> distinct = titles.stream().distinct().toList();
    return Stream.of(distinct.size() == 1 ? distinct.getFirst() : "", unit.title())
        .filter(word -> !word.isEmpty())
        .collect(Collectors.joining(", "));
  }

  /** y over x, from 0 on. */
  static String over(String title, String x, String y, List<Curve> curves) {
    double highest =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(Point::y)
            .max()
            .orElseThrow();
    return lines(
        title,
        Axis.linear(x, 0, xs(curves).max().orElseThrow(), LEFT, RIGHT),
        Axis.linear(y, 0, highest, BOTTOM, TOP),
        curves,
        true);
  }

  private static DoubleStream xs(List<Curve> curves) {
    return curves.stream().flatMap(curve -> curve.points().stream()).mapToDouble(Point::x);
  }

  private static String lines(String title, Axis x, Axis y, List<Curve> curves, boolean withDots) {
    if (curves.size() > Svg.COLOURS) {
      throw new IllegalArgumentException("Expected at most " + Svg.COLOURS + " curves");
    }
    Svg svg = new Svg(WIDTH, BOTTOM + 60 + ROW * curves.size(), title);
    svg.text(LEFT, 24, "title", title);
    svg.text(LEFT, TOP - 16, "name", y.name());
    for (double tick : y.ticks()) {
      svg.line(new Point(LEFT, y.at(tick)), new Point(RIGHT, y.at(tick)), "grid");
      svg.text(LEFT - 8, y.at(tick) + 4, "end", Axis.text(tick));
    }
    across(svg, x, BOTTOM);
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      List<Point> points =
          curve.points().stream().map(at -> new Point(x.at(at.x()), y.at(at.y()))).toList();
      svg.curve(points, "s" + i);
      if (withDots) {
        for (Point point : points) {
          svg.dot(point, "f" + i);
        }
      }
      double row = BOTTOM + 58 + ROW * i;
      svg.curve(List.of(new Point(LEFT, row), new Point(LEFT + 30, row)), "s" + i);
      svg.text(LEFT + 40, row + 4, "label", curve.label());
    }
    return svg.end();
  }

  /** Upright lines, ticks and name of an axis at the foot. */
  private static void across(Svg svg, Axis x, double foot) {
    for (double tick : x.ticks()) {
      svg.line(new Point(x.at(tick), TOP), new Point(x.at(tick), foot), "grid");
      svg.text(x.at(tick), foot + 18, "middle", Axis.text(tick));
    }
    svg.text((x.from() + x.to()) / 2, foot + 36, "middle", x.name());
  }

  /** Steps one after another: each begins where the median of the one before ended. */
  static String waterfall(String title, List<Figure> steps) {
    List<Double> begins = new ArrayList<>(List.of(0.0));
    for (Figure step : steps) {
      begins.add(begins.getLast() + step.summary().p50());
    }
    double most = begins.getLast();
    for (int i = 0; i < steps.size(); i++) {
      most = Math.max(most, begins.get(i) + steps.get(i).summary().p95());
    }
    double least = begins.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double foot = TOP + (double) BAR_ROW * steps.size();
    Svg svg = new Svg(WIDTH, (int) foot + 50, title);
    svg.text(LEFT, 24, "title", title);
    svg.text(
        LEFT, TOP - 20, "name", "Bars: P50 of each step, one after another. Lines: to its P95.");
    Axis x =
        Axis.linear(
            name(List.of("since the first began"), steps.getFirst().unit()),
            least,
            most,
            LEFT,
            RIGHT);
    across(svg, x, foot);
    for (int i = 0; i < steps.size(); i++) {
      step(svg, x, steps.get(i), begins.get(i), TOP + (double) BAR_ROW * i);
    }
    return svg.end();
  }

  private static void step(Svg svg, Axis x, Figure step, double begin, double top) {
    Summary summary = step.summary();
    double end = begin + summary.p50();
    double middle = top + BAR_ROW - 6 - BAR / 2.0;
    svg.text(
        LEFT + 4,
        top + 14,
        "label",
        "%s: %s, P95 %s"
            .formatted(
                step.title(), step.unit().text(summary.p50()), step.unit().text(summary.p95())));
    double left = Math.min(x.at(begin), x.at(end));
    svg.rectangle(
        left, middle - BAR / 2.0, Math.max(1, Math.abs(x.at(end) - x.at(begin))), BAR, "f0");
    Point tip = new Point(x.at(begin + summary.p95()), middle);
    svg.line(new Point(x.at(end), middle), tip, "whisker");
    svg.line(new Point(tip.x(), middle - 4), new Point(tip.x(), middle + 4), "whisker");
  }
}
