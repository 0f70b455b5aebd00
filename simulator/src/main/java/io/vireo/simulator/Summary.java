package io.vireo.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What people read of many lives, and of one that failed. */
public final class Summary {

  private Summary() {}

  /** How many lives there were, which faults met which steps, and which never did. */
  public static String of(Campaign.Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d seeds, %d steps, %d s of simulated time, %d breakdowns of parts, %d seeds"
                + " failed%n",
            result.lives(),
            result.steps(),
            result.simulatedMs() / 1000,
            result.breakdowns(),
            result.failing().size()));
    text.append(table(result.coverage()));
    List<String> never =
        result.coverage().neverMet().stream().map(Coverage.Pair::toString).toList();
    text.append(
        never.isEmpty()
            ? "every fault met every step"
            : "faults and steps that never met: " + String.join("; ", never));
    text.append(System.lineSeparator());
    List<String> apart = result.coverage().neverAtOnce();
    text.append(result.coverage().pairsAtOnce()).append(" pairs of faults were at work at once");
    if (!apart.isEmpty()) {
      text.append("; never: ").append(String.join("; ", apart));
    }
    return text.append(System.lineSeparator()).toString();
  }

  private static String table(Coverage coverage) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("FAULT", "STRUCK"));
    Coverage.STEPS.forEach(step -> header.add(step.toUpperCase(Locale.ROOT)));
    rows.add(header);
    for (FaultKind kind : FaultKind.values()) {
      if (coverage.injected(kind) > 0) {
        List<String> row = new ArrayList<>();
        row.add(kind.wireName());
        row.add(Integer.toString(coverage.injected(kind)));
        Coverage.STEPS.forEach(step -> row.add(Integer.toString(coverage.met(kind, step))));
        rows.add(row);
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int width = width(rows, column);
        line.append(String.format(Locale.ROOT, "%-" + width + "s   ", row.get(column)));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
  }

  /** The story of a life that failed, and the command that lives it again. */
  public static String of(Life life, SimulationOptions options) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("seed " + life.seed() + ": " + life.violations().getFirst());
    life.story().forEach(line -> lines.add("  " + line));
    lines.add("  digest " + life.digest() + "; again with:");
    lines.add(
        ("  ./vireo simulate --seeds %d..%d --nodes %d --vmis %d --owners %d --steps %d"
                + " --faults %s --only %s/%s/%s")
            .formatted(
                life.seed(),
                life.seed(),
                options.nodes(),
                options.vmis(),
                options.owners(),
                options.steps(),
                names(options),
                joined(life.plan().faults().stream().map(Plan.Fault::index).toList()),
                joined(life.plan().wishes().stream().map(Plan.Wish::index).toList()),
                joined(life.plan().owners().stream().map(OwnerWish::index).toList())));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private static String names(SimulationOptions options) {
    if (options.faults().size() == FaultKind.values().length) {
      return "all";
    }
    return options.faults().isEmpty()
        ? "none"
        : String.join(",", options.faults().stream().map(FaultKind::wireName).toList());
  }

  private static String joined(List<Integer> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }
}
