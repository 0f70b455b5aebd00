package io.vireo.cli.bench;

import io.vireo.cli.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Disks of a virtual machine against those of plain QEMU, for people and for programs.
 *
 * @param origin when, on what and of which commit the figures are
 * @param options of all disks, in words
 * @param sameProgram all machines ran the very same QEMU
 * @param plainCommand how plain QEMU was started
 * @param clocks how fast the guests' clocks went
 */
public record DiskReport(
    Origin origin,
    String options,
    boolean sameProgram,
    List<String> plainCommand,
    GuestClock.All clocks,
    List<DiskPairs> loads)
    implements BenchReport {

  private static final double PERCENT = 100;

  /** Copies the lists. */
  public DiskReport {
    plainCommand = List.copyOf(plainCommand);
    loads = List.copyOf(loads);
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder(heading());
    text.append("\nVireo's speed, of that of plain QEMU\n").append(summary().render());
    for (DiskPairs load : loads) {
      text.append('\n').append(load.load().title()).append('\n').append(pairs(load).render());
    }
    return text.toString();
  }

  @Override
  public String markdown() {
    StringBuilder text = new StringBuilder(heading());
    text.append("\n### Vireo's speed, of that of plain QEMU\n\n").append(summary().markdown());
    for (DiskPairs load : loads) {
      text.append("\n### ")
          .append(load.load().title())
          .append("\n\n")
          .append(pairs(load).markdown());
    }
    return text.toString();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(origin.json());
    json.put("options", options);
    json.put("sameProgram", sameProgram);
    json.put("plainCommand", plainCommand);
    json.put("guestSecondsInASecond", clocks.json());
    Map<String, Object> all = new LinkedHashMap<>();
    loads.forEach(load -> all.put(load.load().key(), load.json()));
    json.put("loads", all);
    return json;
  }

  private String heading() {
    return origin.text()
        + "\n"
        + (sameProgram ? "The same QEMU program" : "Two builds of QEMU")
        + ", "
        + options
        + ".\n"
        + clocks.text()
        + "\n";
  }

  private TextTable summary() {
    TextTable table =
        new TextTable("Load", "Median", "Least", "Most", "A second plain QEMU", "Pairs");
    for (DiskPairs load : loads) {
      DiskPairs.Spread spread = load.spread();
      DiskPairs.Spread control = load.controlSpread();
      table.row(
          load.load().title(),
          percent(spread.median()),
          percent(spread.min()),
          percent(spread.max()),
          "%s (%s to %s)"
              .formatted(percent(control.median()), percent(control.min()), percent(control.max())),
          Integer.toString(load.pairs().size()));
    }
    return table;
  }

  private static TextTable pairs(DiskPairs load) {
    TextTable table =
        new TextTable("Pair", "First", "Vireo", "Plain QEMU", "Second plain QEMU", "Ratio");
    List<String[]> rows = new ArrayList<>();
    for (DiskPairs.Pair pair : load.pairs()) {
      rows.add(
          new String[] {
            Integer.toString(rows.size() + 1),
            pair.first().title(),
            speed(load.speed(pair.vireoSeconds())),
            speed(load.speed(pair.plainSeconds())),
            speed(load.speed(pair.controlSeconds())),
            percent(pair.ratio())
          });
    }
    rows.forEach(table::row);
    return table;
  }

  private static String speed(double mib) {
    return String.format(Locale.ROOT, "%.1f MiB/s", mib);
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.1f %%", ratio * PERCENT);
  }
}
