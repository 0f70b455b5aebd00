package io.vireo.cli.torture;

import io.vireo.cli.Json;
import io.vireo.cli.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a campaign went.
 *
 * @param seed gave the order
 * @param repeats how often each fault was to strike
 * @param full whether every fault was to strike
 * @param seconds without the start and stop of the stack
 * @param events how many records were checked
 * @param results one a step
 * @param atEnd what did not hold of the steady guests at the end
 */
public record TortureReport(
    long seed,
    int repeats,
    boolean full,
    double seconds,
    int events,
    List<StepResult> results,
    List<String> atEnd) {

  /** Copies the lists. */
  public TortureReport {
    results = List.copyOf(results);
    atEnd = List.copyOf(atEnd);
  }

  /** What one name comes to. */
  private record Row(int runs, int hits, int broken, double secondsMax) {}

  private Map<String, Row> rows() {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (String name : Torture.names()) {
      List<StepResult> own = results.stream().filter(r -> r.name().equals(name)).toList();
      if (full || !own.isEmpty()) {
        rows.put(
            name,
            new Row(
                own.size(),
                (int) own.stream().filter(StepResult::hit).count(),
                (int) own.stream().filter(r -> !r.violations().isEmpty()).count(),
                own.stream().mapToDouble(StepResult::seconds).max().orElse(0)));
      }
    }
    return rows;
  }

  /** Names that never struck although they were to. */
  public List<String> neverHit() {
    List<String> never = new ArrayList<>();
    rows()
        .forEach(
            (name, row) -> {
              if (row.hits() == 0) {
                never.add(name);
              }
            });
    return never;
  }

  /** Steps after which something did not hold. */
  public List<StepResult> broken() {
    return results.stream().filter(result -> !result.violations().isEmpty()).toList();
  }

  /** Whether all held, and in a full campaign every fault struck. */
  public boolean isGood() {
    return broken().isEmpty() && atEnd.isEmpty() && (!full || neverHit().isEmpty());
  }

  /** For people. */
  public String table() {
    TextTable table = new TextTable("FAULT", "HITS", "RUNS", "BROKEN", "LONGEST");
    rows()
        .forEach(
            (name, row) ->
                table.row(
                    name,
                    Integer.toString(row.hits()),
                    Integer.toString(row.runs()),
                    Integer.toString(row.broken()),
                    String.format(Locale.ROOT, "%.1f s", row.secondsMax())));
    StringBuilder text = new StringBuilder(table.render());
    for (StepResult result : broken()) {
      text.append("\n").append(result.name()).append(" (").append(result.part()).append("):\n");
      result.violations().forEach(v -> text.append("  ").append(v).append("\n"));
      result.story().forEach(line -> text.append("    ").append(line).append("\n"));
    }
    atEnd.forEach(violation -> text.append("at the end: ").append(violation).append("\n"));
    text.append(
        String.format(
            Locale.ROOT,
            "seed %d: %d faults struck, %d steps broke a guarantee, %d events checked, %.0f s%n",
            seed,
            results.stream().filter(StepResult::hit).count(),
            broken().size(),
            events,
            seconds));
    if (!neverHit().isEmpty()) {
      text.append("never hit: ").append(String.join(", ", neverHit())).append("\n");
    }
    return text.toString();
  }

  /** For programs. */
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("seed", seed);
    all.put("repeats", repeats);
    all.put("full", full);
    all.put("good", isGood());
    all.put("seconds", seconds);
    all.put("eventsChecked", events);
    all.put("faults", rows());
    all.put("neverHit", neverHit());
    all.put("atEnd", atEnd);
    all.put("steps", results);
    return Json.pretty(all);
  }
}
