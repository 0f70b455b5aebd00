package io.vireo.simulator.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Each of the defects is found, and the code as it is passes the same seeds. */
class MutationIT {

  private static final Hunt.Bounds BOUNDS = new Hunt.Bounds(300, 3, 50);

  @Test
  void everyDefectIsFound() throws Exception {
    List<Hunt.Result> results = hunts();

    System.out.println("DEFECT                                        SEEDS  FOUND  FIRST  BY");
    results.forEach(result -> System.out.println(row(result)));
    for (Hunt.Result result : results) {
      assertThat(result.unused())
          .as("code never reached of: " + result.mutant().defect())
          .isEmpty();
      assertThat(result.found()).as(result.mutant().defect()).isNotEmpty();
    }
    for (Hunt.Result result : results) {
      assertThat(result.badAsItIs()).as("as it is, " + result.mutant().defect()).isEmpty();
    }
  }

  private static List<Hunt.Result> hunts() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Callable<Hunt.Result>> hunts = new ArrayList<>();
      Arrays.stream(Mutant.values()).forEach(mutant -> hunts.add(() -> Hunt.of(mutant, BOUNDS)));
      List<Hunt.Result> results = new ArrayList<>();
      for (Future<Hunt.Result> result : threads.invokeAll(hunts)) {
        results.add(result.get());
      }
      return results;
    }
  }

  private static String row(Hunt.Result result) {
    Map.Entry<Long, String> first =
        result.found().entrySet().stream().findFirst().orElse(Map.entry(0L, "nothing"));
    return String.format(
        Locale.ROOT,
        "%-44s  %5d  %5d  %5d  %s  (%d ms)%s",
        result.mutant().defect(),
        result.tried(),
        result.found().size(),
        first.getKey(),
        first.getValue(),
        result.tookMs(),
        result.badAsItIs().isEmpty() ? "" : "; bad as it is: " + result.badAsItIs());
  }
}
