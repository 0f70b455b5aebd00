package io.vireo.cli;

import java.util.Locale;

/** For whom to print figures. */
enum BenchFormat {
  TABLE,
  JSON,
  MARKDOWN;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
