package io.vireo.cli.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What a benchmark found, as figures. As JSON it can be kept, read again and compared.
 *
 * @param bench name of the benchmark
 * @param origin when, on what and of which commit the figures are
 * @param settings with which it ran: two reports can be compared where these are equal
 * @param sections in the order of reading
 */
public record FigureReport(
    String bench, Origin origin, Map<String, String> settings, List<Section> sections)
    implements BenchReport {

  /** Copies what can change. */
  public FigureReport {
    settings = new LinkedHashMap<>(settings);
    sections = List.copyOf(sections);
  }

  /** Reads what {@link #json} gave. */
  public static FigureReport of(JsonNode json) {
    Map<String, String> settings = new LinkedHashMap<>();
    json.path("settings")
        .properties()
        .forEach(each -> settings.put(each.getKey(), each.getValue().asString("")));
    return new FigureReport(
        json.path("bench").asString(""),
        Origin.of(json.path("origin")),
        settings,
        json.path("sections").valueStream().map(Section::of).toList());
  }

  /** With at most so many values of each run, and what all of them came to. */
  public FigureReport thinned(int max) {
    return new FigureReport(
        bench, origin, settings, sections.stream().map(section -> section.thinned(max)).toList());
  }

  /** With the figures of another run with the same settings. */
  public FigureReport and(FigureReport other) {
    Map<String, Section> all = new LinkedHashMap<>();
    sections.forEach(section -> all.put(section.key(), section));
    other.sections.forEach(section -> all.merge(section.key(), section, Section::and));
    return new FigureReport(bench, origin, settings, List.copyOf(all.values()));
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder(heading());
    for (Section section : sections) {
      text.append('\n').append(section.title()).append('\n').append(section.table().render());
    }
    return text.toString();
  }

  @Override
  public String markdown() {
    StringBuilder text = new StringBuilder(heading());
    for (Section section : sections) {
      text.append("\n### ")
          .append(section.title())
          .append("\n\n")
          .append(section.table().markdown());
    }
    return text.toString();
  }

  /** Where the figures come from, and with which settings. */
  String heading() {
    String with =
        settings.entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining(", "));
    return origin.text() + "\n" + bench + (with.isEmpty() ? "" : ": " + with) + "\n";
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("bench", bench);
    json.put("origin", origin.json());
    json.put("settings", settings);
    json.put("sections", sections.stream().map(Section::json).toList());
    return json;
  }
}
