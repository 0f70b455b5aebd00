package io.vireo.cli.bench;

import io.vireo.cli.TextTable;
import io.vireo.cli.bench.Figure.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The figures of many VirtualMachines.
 *
 * @param count of VirtualMachines
 * @param standIns nodes that were stood in for; 0 when the guests were real
 */
public record VmsReport(PodsReport.Origin origin, int count, int standIns, List<Phase> phases)
    implements BenchReport {

  /** Copies the list. */
  public VmsReport {
    phases = List.copyOf(phases);
  }

  /**
   * What was asked of all at once.
   *
   * @param timesMs of each VirtualMachine, from the request until it showed what was asked for
   * @param writes of Vireo's accounts meanwhile
   */
  record Phase(String what, List<Double> timesMs, AuditLog.Writes writes) {

    Figure figure() {
      return new Figure(what.replace(' ', '-'), what, Unit.MILLISECONDS, "watch", timesMs);
    }

    double perVm(String kind) {
      return writes.byKind().getOrDefault(kind, 0) / (double) timesMs.size();
    }
  }

  private Section times() {
    return new Section(
        "times",
        "%d VirtualMachines at once, %s: from each request until it is shown"
            .formatted(
                count,
                standIns == 0 ? "real guests" : "on " + standIns + " nodes that are stood in for"),
        phases.stream().map(Phase::figure).toList());
  }

  private TextTable writes() {
    TextTable table = new TextTable(row("Writes per VirtualMachine", Phase::what));
    TreeSet<String> kinds = new TreeSet<>();
    phases.forEach(phase -> kinds.addAll(phase.writes().byKind().keySet()));
    for (String kind : kinds) {
      table.row(row(kind, phase -> text(phase.perVm(kind))));
    }
    table.row(
        row(
            "all but Events",
            phase ->
                text(
                    kinds.stream()
                        .filter(kind -> !kind.endsWith(" events"))
                        .mapToDouble(phase::perVm)
                        .sum())));
    return table.row(row("refused for conflict, in all", phase -> "" + phase.writes().conflicts()));
  }

  private String[] row(String title, Function<Phase, String> cell) {
    String[] row = new String[phases.size() + 1];
    row[0] = title;
    for (int i = 0; i < phases.size(); i++) {
      row[i + 1] = cell.apply(phases.get(i));
    }
    return row;
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  @Override
  public String text() {
    Section times = times();
    return origin.text()
        + "\n\n"
        + times.title()
        + "\n"
        + times.table().render()
        + "\n"
        + writes().render();
  }

  @Override
  public String markdown() {
    Section times = times();
    return origin.text()
        + "\n\n### "
        + times.title()
        + "\n\n"
        + times.table().markdown()
        + "\n"
        + writes().markdown();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(origin.json());
    json.put("vms", count);
    json.put("standInNodes", standIns);
    json.put("times", times().json());
    Map<String, Object> writes = new LinkedHashMap<>();
    phases.forEach(
        phase ->
            writes.put(
                phase.what(),
                Map.of(
                    "byKind", phase.writes().byKind(), "conflicts", phase.writes().conflicts())));
    json.put("writes", writes);
    return json;
  }
}
