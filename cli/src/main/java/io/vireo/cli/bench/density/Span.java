package io.vireo.cli.bench.density;

import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.bench.density.VmiMoments.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * From one to another of a VMI's moments.
 *
 * @param key for programs
 * @param title for people
 */
record Span(String key, Moment from, Moment until, String title) {

  private static final String SOURCE = "watch";

  /** How long each took; those that were never seen are left out. */
  static List<Figure> figures(List<VmiMoments> vmis, List<Span> spans) {
    return figures(vmis, spans, SOURCE);
  }

  static List<Figure> figures(List<VmiMoments> vmis, List<Span> spans, String source) {
    List<Figure> figures = new ArrayList<>();
    for (Span span : spans) {
      List<Double> values =
          vmis.stream()
              .map(vmi -> vmi.millis(span.from(), span.until()))
              .filter(OptionalDouble::isPresent)
              .map(OptionalDouble::getAsDouble)
              .toList();
      if (!values.isEmpty()) {
        figures.add(Figure.of(span.key(), span.title(), Unit.MILLISECONDS, source, values));
      }
    }
    return figures;
  }
}
