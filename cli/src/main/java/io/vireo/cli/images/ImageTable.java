package io.vireo.cli.images;

import io.vireo.cli.TextTable;
import java.util.List;
import java.util.Locale;

/** Images for people. */
public final class ImageTable {

  private static final int DIGEST_SHOWN = "sha256:".length() + 12;
  private static final double MIB = 1 << 20;

  private ImageTable() {}

  /** One line each. */
  public static String text(List<ImageRow> rows) {
    TextTable table = new TextTable("NAME", "TAG", "SIZE", "DIGEST", "BUILT");
    for (ImageRow row : rows) {
      table.row(
          row.name(),
          row.tag(),
          String.format(Locale.ROOT, "%.1f MiB", row.size() / MIB),
          row.digest().substring(0, Math.min(DIGEST_SHOWN, row.digest().length())),
          row.built());
    }
    return table.render();
  }
}
