package io.vireo.cli.torture;

import java.util.List;

/** The way of a VMI's phase. */
final class Phases {

  static final String UNKNOWN = "Unknown";
  private static final List<String> WAY =
      List.of("", "Pending", "Scheduling", "Scheduled", "Running", "Succeeded", "Failed");
  private static final int RUNNING = 4;

  private Phases() {}

  /**
   * Whether a phase may come after this one, of which a reader may have missed some between.
   *
   * @param before the last that was not Unknown
   */
  static boolean mayFollow(String before, String after) {
    if (after.equals(UNKNOWN) || before.equals(after)) {
      return true;
    }
    int from = WAY.indexOf(before);
    int to = WAY.indexOf(after);
    return from <= RUNNING && from < to;
  }
}
