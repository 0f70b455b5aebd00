package io.vireo.cli.bench;

import io.vireo.cli.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Figures that belong together: all of many values, or all of one value in each run.
 *
 * @param key for programs
 * @param title for people
 */
public record Section(String key, String title, List<Figure> figures) {

  /** Copies the list. */
  public Section {
    figures = List.copyOf(figures);
  }

  TextTable table() {
    boolean withRuns = figures.stream().anyMatch(figure -> figure.runs().size() > 1);
    boolean isSingle = figures.stream().allMatch(Figure::isSingle);
    TextTable table =
        isSingle
            ? withRuns
                ? new TextTable("Figure", "Median", "Runs", "Source")
                : new TextTable("Figure", "Value", "Source")
            : withRuns
                ? new TextTable("Figure", "P50", "P95", "P99", "Max", "n", "P50 of runs", "Source")
                : new TextTable("Figure", "P50", "P95", "P99", "Max", "n", "Source");
    for (Figure figure : figures) {
      table.row(isSingle ? figure.singleRow(withRuns) : figure.row(withRuns));
    }
    return table;
  }

  /** With the values of another run; what one of them has not stays as it is. */
  Section and(Section other) {
    Map<String, Figure> all = new LinkedHashMap<>();
    figures.forEach(figure -> all.put(figure.key(), figure));
    other.figures.forEach(figure -> all.merge(figure.key(), figure, Figure::and));
    return new Section(key, title, new ArrayList<>(all.values()));
  }

  Section thinned(int max) {
    return new Section(key, title, figures.stream().map(figure -> figure.thinned(max)).toList());
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", key);
    json.put("title", title);
    json.put("figures", figures.stream().map(Figure::json).toList());
    return json;
  }

  /** Of what {@link #json} gave. */
  static Section of(JsonNode json) {
    return new Section(
        json.path("key").asString(""),
        json.path("title").asString(""),
        json.path("figures").valueStream().map(Figure::of).toList());
  }
}
