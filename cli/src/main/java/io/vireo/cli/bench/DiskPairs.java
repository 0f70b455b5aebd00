package io.vireo.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One load, several times, each time on all machines one after the other.
 *
 * @param bytes of each time
 */
record DiskPairs(DiskLoad load, long bytes, List<Pair> pairs) {

  private static final double MIB = 1 << 20;
  private static final double PERCENT = 100;

  /** Copies the list. */
  DiskPairs {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("Expected at least one pair of " + load);
    }
    pairs = List.copyOf(pairs);
  }

  /** Whose disk it is. */
  enum Machine {
    VIREO("Vireo"),
    PLAIN("plain QEMU"),
    CONTROL("second plain QEMU");

    private final String title;

    Machine(String title) {
      this.title = title;
    }

    /** For people. */
    String title() {
      return title;
    }
  }

  private static final List<List<Machine>> ORDERS =
      List.of(
          List.of(Machine.VIREO, Machine.PLAIN, Machine.CONTROL),
          List.of(Machine.PLAIN, Machine.CONTROL, Machine.VIREO),
          List.of(Machine.CONTROL, Machine.VIREO, Machine.PLAIN),
          List.of(Machine.CONTROL, Machine.PLAIN, Machine.VIREO),
          List.of(Machine.PLAIN, Machine.VIREO, Machine.CONTROL),
          List.of(Machine.VIREO, Machine.CONTROL, Machine.PLAIN));

  /**
   * Who is at work in which order: each is first, second and last equally often, since a place in
   * the order is an advantage of its own.
   *
   * @param number of the pair, from 0
   */
  static List<Machine> order(int number) {
    return ORDERS.get(number % ORDERS.size());
  }

  /**
   * How long it took.
   *
   * @param controlSeconds in another plain QEMU, the same as the first
   * @param first who was at work first
   */
  record Pair(double vireoSeconds, double plainSeconds, double controlSeconds, Machine first) {

    /** Vireo's speed, of that of plain QEMU. */
    double ratio() {
      return plainSeconds / vireoSeconds;
    }

    /** The other plain QEMU's speed, of that of the first: what is off though nothing differs. */
    double controlRatio() {
      return plainSeconds / controlSeconds;
    }
  }

  /** What the ratios come to. */
  record Spread(double median, double min, double max) {

    static Spread of(List<Double> ratios) {
      List<Double> sorted = ratios.stream().sorted().toList();
      int half = sorted.size() / 2;
      double median =
          sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
      return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
  }

  Spread spread() {
    return Spread.of(pairs.stream().map(Pair::ratio).toList());
  }

  Spread controlSpread() {
    return Spread.of(pairs.stream().map(Pair::controlRatio).toList());
  }

  /** MiB in a second. */
  double speed(double seconds) {
    return bytes / MIB / seconds;
  }

  /** For programs. */
  Map<String, Object> json() {
    Spread spread = spread();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("load", load.title());
    json.put("bytes", bytes);
    json.put("medianPercent", percent(spread.median()));
    json.put("minPercent", percent(spread.min()));
    json.put("maxPercent", percent(spread.max()));
    Spread control = controlSpread();
    json.put("controlMedianPercent", percent(control.median()));
    json.put("controlMinPercent", percent(control.min()));
    json.put("controlMaxPercent", percent(control.max()));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("vireoSeconds", rounded(pair.vireoSeconds()));
      row.put("plainSeconds", rounded(pair.plainSeconds()));
      row.put("controlSeconds", rounded(pair.controlSeconds()));
      row.put("percent", percent(pair.ratio()));
      row.put("first", pair.first().name().toLowerCase(Locale.ROOT));
      rows.add(row);
    }
    json.put("pairs", rows);
    return json;
  }

  private static double percent(double ratio) {
    return Math.round(ratio * PERCENT * 10) / 10.0;
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 100) / 100.0;
  }
}
