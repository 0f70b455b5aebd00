package io.vireo.cli.bench;

import io.vireo.cli.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Figures that belong together.
 *
 * @param key for programs
 * @param title for people
 */
record Section(String key, String title, List<Figure> figures) {

  /** Copies the list. */
  Section {
    figures = List.copyOf(figures);
  }

  TextTable table() {
    TextTable table = new TextTable("Figure", "P50", "P95", "Max", "n", "Source");
    figures.forEach(figure -> table.row(figure.row()));
    return table;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    figures.forEach(figure -> json.put(figure.key(), figure.json()));
    return json;
  }
}
