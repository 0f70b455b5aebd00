package io.vireo.simulator;

import java.util.*;

public class SmokeRun {
  public static void main(String[] a) throws Exception {
    new SmokeRun().smoke();
  }

  void smoke() throws Exception {
    long from = Long.getLong("from", 1), to = Long.getLong("to", 40);
    long t = System.nanoTime();
    Map<String, List<String>> kinds = new TreeMap<>();
    Set<FaultKind> faults = EnumSet.allOf(FaultKind.class);
    var result =
        new Campaign(from, to, new SimulationOptions(5, 15, 2000, faults), 2).run(life -> {});
    System.out.println(
        result.lives()
            + " lives "
            + result.steps()
            + " steps, "
            + (System.nanoTime() - t) / 1_000_000
            + " ms real, breakdowns "
            + result.breakdowns()
            + " failing "
            + result.failing().size());
    for (Life life : result.failing()) {
      var v = life.violations().getFirst();
      kinds
          .computeIfAbsent(
              v.guarantee()
                  + ": "
                  + v.what()
                      .replaceAll("[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}", "UID")
                      .replaceAll("[0-9]+", "N"),
              k -> new ArrayList<>())
          .add("seed " + life.seed());
      life.story().stream()
          .filter(l -> l.contains("ended by itself"))
          .forEach(
              l ->
                  kinds
                      .computeIfAbsent(
                          "BREAK " + l.replaceAll("node[0-9]", "node"), k -> new ArrayList<>())
                      .add("s" + life.seed()));
    }
    kinds.forEach(
        (k, n) ->
            System.out.println(
                n.size()
                    + "  "
                    + k.substring(0, Math.min(k.length(), 230))
                    + "  "
                    + n.subList(0, Math.min(6, n.size()))));
    if (System.getProperty("tell") != null) {
      Life life = Simulation.run(Long.getLong("tell"), new SimulationOptions(5, 15, 2000, faults));
      System.out.println(life.violations());
      if (!life.isGood())
        new Shrink(new SimulationOptions(5, 15, 2000, faults))
            .of(life)
            .story()
            .forEach(System.out::println);
    }
  }
}
