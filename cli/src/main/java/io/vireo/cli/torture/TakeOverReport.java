package io.vireo.cli.torture;

import io.vireo.cli.Json;
import io.vireo.cli.TextTable;
import io.vireo.cli.measure.Percentiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How soon a scheduler's work went on. All in seconds, from the signal until the last partition of
 * the one that ended had a new decision that a reader of what is committed could see.
 *
 * @param takenOver by the other one, for each kill
 * @param partitions the same for each partition
 * @param restartedAfterKill started again at once, for each kill
 * @param restartedCleanly stopped in order and started again at once
 * @param rebalances of the group under load, or -1 when that was not measured
 * @param loadSeconds how long the load lasted
 */
public record TakeOverReport(
    List<Double> takenOver,
    List<Double> partitions,
    List<Double> restartedAfterKill,
    List<Double> restartedCleanly,
    int rebalances,
    int loadSeconds) {

  /** At most this for P95 when another goes on. */
  public static final double TAKE_OVER_MAX_SECONDS = 5;

  /** At most this for the same instance that is started again at once. */
  public static final double RESTART_MAX_SECONDS = 3;

  /** Copies the lists. */
  public TakeOverReport {
    takenOver = List.copyOf(takenOver);
    partitions = List.copyOf(partitions);
    restartedAfterKill = List.copyOf(restartedAfterKill);
    restartedCleanly = List.copyOf(restartedCleanly);
  }

  /** Whether all that was measured is within its target. */
  public boolean isGood() {
    return isWithin(takenOver, TAKE_OVER_MAX_SECONDS)
        && isWithin(restartedAfterKill, RESTART_MAX_SECONDS)
        && isWithin(restartedCleanly, RESTART_MAX_SECONDS);
  }

  private static boolean isWithin(List<Double> seconds, double max) {
    return seconds.isEmpty() || Percentiles.of(seconds).p95() <= max;
  }

  /** For people. */
  public String table() {
    TextTable table = new TextTable("WHAT", "N", "P50", "P95", "MAX", "TARGET P95");
    row(table, "taken over by the other", takenOver, TAKE_OVER_MAX_SECONDS);
    row(table, "  each partition", partitions, TAKE_OVER_MAX_SECONDS);
    row(table, "killed, started at once", restartedAfterKill, RESTART_MAX_SECONDS);
    row(table, "stopped, started at once", restartedCleanly, RESTART_MAX_SECONDS);
    String load =
        rebalances < 0
            ? ""
            : "rebalances in %d s under load, with nobody killed: %d%n"
                .formatted(loadSeconds, rebalances);
    return table.render() + load;
  }

  private static void row(TextTable table, String what, List<Double> seconds, double max) {
    if (!seconds.isEmpty()) {
      Percentiles values = Percentiles.of(seconds);
      table.row(
          what,
          Integer.toString(values.n()),
          text(values.p50()),
          text(values.p95()),
          text(values.max()),
          text(max));
    }
  }

  private static String text(double seconds) {
    return String.format(Locale.ROOT, "%.2f s", seconds);
  }

  /** For programs. */
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("good", isGood());
    all.put("takenOver", figures(takenOver));
    all.put("partitions", figures(partitions));
    all.put("restartedAfterKill", figures(restartedAfterKill));
    all.put("restartedCleanly", figures(restartedCleanly));
    all.put("loadSeconds", loadSeconds);
    all.put("rebalancesUnderLoad", rebalances < 0 ? null : rebalances);
    return Json.pretty(all);
  }

  private static Map<String, Object> figures(List<Double> seconds) {
    Map<String, Object> figures = new LinkedHashMap<>();
    if (!seconds.isEmpty()) {
      Percentiles values = Percentiles.of(seconds);
      figures.put("p50", values.p50());
      figures.put("p95", values.p95());
      figures.put("max", values.max());
    }
    figures.put("seconds", seconds);
    return figures;
  }
}
