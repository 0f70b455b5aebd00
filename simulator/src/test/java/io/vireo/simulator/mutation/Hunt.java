package io.vireo.simulator.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * The lives of one mutant. A seed finds it if its life fails in the mutated code and is good in the
 * code as it is.
 */
final class Hunt {

  /**
   * How it went.
   *
   * @param found what did not hold, by the seed that found it
   * @param badAsItIs what did not hold in the code as it is, by seed: those do not count
   */
  record Result(
      Mutant mutant,
      int tried,
      Map<Long, String> found,
      Map<Long, String> badAsItIs,
      List<Patch> unused,
      long tookMs) {}

  private Hunt() {}

  /**
   * How long to look.
   *
   * @param seeds at most, while nobody has found it
   * @param finds that are enough
   * @param seedsForOne after so many seeds one find is enough, too: some defects are rare
   */
  record Bounds(int seeds, int finds, int seedsForOne) {
    boolean isOver(int tried, int found) {
      return tried >= seeds || found >= finds || (found > 0 && tried >= seedsForOne);
    }
  }

  /** Lives seeds from 1 on. */
  static Result of(Mutant mutant, Bounds bounds) {
    long begun = System.nanoTime();
    LongFunction<String> asItIs = new Probe(mutant.faults());
    MutatedClasses classes = new MutatedClasses(mutant.patches());
    LongFunction<String> mutated = classes.probe(mutant.faults());
    Map<Long, String> found = new TreeMap<>();
    Map<Long, String> badAsItIs = new TreeMap<>();
    int tried = 0;
    for (long seed = 1; !bounds.isOver(tried, found.size()); seed++) {
      tried++;
      String violation = mutated.apply(seed);
      if (!violation.isEmpty()) {
        String own = asItIs.apply(seed);
        (own.isEmpty() ? found : badAsItIs).put(seed, own.isEmpty() ? violation : own);
      }
    }
    return new Result(
        mutant,
        tried,
        found,
        badAsItIs,
        new ArrayList<>(classes.unused()),
        (System.nanoTime() - begun) / 1_000_000);
  }
}
