package io.vireo.simulator;

import io.vireo.simulator.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Leaves out of a failing life whatever it fails without: first faults, then VMIs, then owners of
 * VMIs. What stays is the same life, bit for bit, each time it is lived.
 */
public final class Shrink {

  /** Lives that may be tried: shrinking is a courtesy, not the verdict. */
  private static final int TRIES_MAX = 60;

  private final SimulationOptions options;
  private int tries;

  /** Shrinks lives of this size. */
  public Shrink(SimulationOptions options) {
    this.options = options;
  }

  /** The shortest life found that breaks the same guarantee in the same way. */
  public Life of(Life failing) {
    Life shortest = failing;
    String what = essence(failing);
    boolean progress = true;
    while (progress && tries < TRIES_MAX) {
      progress = false;
      for (Plan smaller : smaller(shortest.plan())) {
        if (tries++ >= TRIES_MAX) {
          break;
        }
        Life life = Simulation.run(failing.seed(), smaller, options);
        if (!life.isGood() && essence(life).equals(what)) {
          shortest = life;
          progress = true;
          break;
        }
      }
    }
    return shortest;
  }

  /** What went wrong, whichever VMI it was. */
  private static String essence(Life life) {
    Violation first = life.violations().getFirst();
    return first.guarantee() + first.what().replaceAll("[0-9a-f-]*[0-9][0-9a-f-]*", "N");
  }

  /** Halves first, then one by one. */
  private static List<Plan> smaller(Plan plan) {
    List<Plan> plans = new ArrayList<>();
    Set<Integer> faults = new TreeSet<>();
    plan.faults().forEach(fault -> faults.add(fault.index()));
    for (Set<Integer> kept : halvesAndOthers(faults)) {
      plans.add(plan.withFaults(kept));
    }
    Set<Integer> wishes = new TreeSet<>();
    plan.wishes().forEach(wish -> wishes.add(wish.index()));
    if (wishes.size() > 1) {
      for (Set<Integer> kept : halvesAndOthers(wishes)) {
        if (!kept.isEmpty()) {
          plans.add(plan.withWishes(kept));
        }
      }
    }
    Set<Integer> owners = new TreeSet<>();
    plan.owners().forEach(wish -> owners.add(wish.index()));
    for (Set<Integer> kept : halvesAndOthers(owners)) {
      plans.add(plan.withOwners(kept));
    }
    return plans;
  }

  private static List<Set<Integer>> halvesAndOthers(Set<Integer> all) {
    List<Integer> list = List.copyOf(all);
    List<Set<Integer>> sets = new ArrayList<>();
    if (list.size() > 3) {
      sets.add(new TreeSet<>(list.subList(0, list.size() / 2)));
      sets.add(new TreeSet<>(list.subList(list.size() / 2, list.size())));
    }
    for (Integer one : list) {
      Set<Integer> others = new TreeSet<>(all);
      others.remove(one);
      sets.add(others);
    }
    return sets;
  }
}
