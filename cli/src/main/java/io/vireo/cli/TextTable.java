package io.vireo.cli;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns for people. The last column is not padded, so that lines have no blank ends. */
public final class TextTable {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** With these headings. */
  public TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row of as many cells as there are headings. */
  public TextTable row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "Expected " + rows.getFirst().size() + " cells, but got " + cells.length);
    }
    rows.add(List.of(cells).stream().map(TextTable::oneLine).toList());
    return this;
  }

  /** Whether there is nothing under the headings. */
  public boolean isEmpty() {
    return rows.size() == 1;
  }

  /** The lines, each ended. */
  public String render() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length())).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** The same as a table of Markdown. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      text.append("| ");
      text.append(String.join(" | ", row.stream().map(c -> c.replace("|", "\\|")).toList()));
      text.append(" |\n");
      if (row == rows.getFirst()) {
        text.append("|---".repeat(row.size())).append("|\n");
      }
    }
    return text.toString();
  }

  private static String oneLine(String cell) {
    return cell.replaceAll("\\p{Cntrl}+", " ");
  }
}
