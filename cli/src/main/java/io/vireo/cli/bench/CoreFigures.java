package io.vireo.cli.bench;

import io.vireo.bench.core.CoreBench;
import io.vireo.bench.core.CoreBench.Effort;
import io.vireo.bench.core.CoreBench.Measured;
import io.vireo.bench.core.CoreBench.Score;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.dev.stack.JvmCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@link CoreBench} gives, as figures. */
public final class CoreFigures {

  private static final String SOURCE = "JMH";

  private CoreFigures() {}

  /** Those with this in their title. */
  public static List<Measured> named(String text) {
    return CoreBench.all().stream().filter(each -> each.title().contains(text)).toList();
  }

  /** The titles of all, with commas between. */
  public static String names() {
    return CoreBench.all().stream().map(Measured::title).collect(Collectors.joining(", "));
  }

  /** Measures those with this in their title, in JVMs like those of the stack. */
  public static FigureReport measure(Place place, Steps steps, String only, Effort effort)
      throws Exception {
    Origin origin = Origin.now(place);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("runs", "" + effort.forks());
    settings.put("iterations", "" + effort.iterations());
    settings.put("milliseconds each", "" + effort.millis());
    settings.put("JVM", String.join(" ", JvmCommand.FLAGS));
    List<Score> scores = new ArrayList<>();
    for (Measured measured : named(only)) {
      steps.run(
          measured.title(), () -> scores.addAll(CoreBench.run(measured, effort, JvmCommand.FLAGS)));
    }
    return new FigureReport("core", origin, settings, sections(scores));
  }

  static List<Section> sections(List<Score> scores) {
    return List.of(
        new Section(
            "time",
            "Time of each call; n counts iterations",
            scores.stream()
                .map(s -> new Figure(s.key(), s.title(), Unit.NANOSECONDS, SOURCE, s.nanos()))
                .toList()),
        new Section(
            "allocation",
            "Allocated by each call",
            scores.stream()
                .map(s -> new Figure(s.key(), s.title(), Unit.BYTES, SOURCE, s.bytes()))
                .toList()));
  }
}
