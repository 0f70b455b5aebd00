package io.vireo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Lives that once broke a guarantee, shrunken to what it took. {@code regressions.tsv} names them.
 */
class RegressionIT {

  @ParameterizedTest(name = "{0}: {9}")
  @CsvFileSource(resources = "/regressions.tsv", delimiter = '\t', numLinesToSkip = 1)
  void whatWasFoundStaysMended(
      long seed,
      int nodes,
      int vmis,
      int owners,
      int steps,
      String faults,
      String keptFaults,
      String keptVmis,
      String keptOwners,
      String found) {
    SimulationOptions options =
        new SimulationOptions(nodes, vmis, owners, steps, FaultKind.setOf(faults));
    Plan plan = Plan.of(seed, options);
    if (!keptFaults.equals("all")) {
      plan = plan.withFaults(numbers(keptFaults));
    }
    if (!keptVmis.equals("all")) {
      plan = plan.withWishes(numbers(keptVmis));
    }
    if (!keptOwners.equals("all")) {
      plan = plan.withOwners(numbers(keptOwners));
    }

    Life life = Simulation.run(seed, plan, options);

    assertThat(life.violations())
        .as(
            () ->
                found + System.lineSeparator() + String.join(System.lineSeparator(), life.story()))
        .isEmpty();
  }

  private static Set<Integer> numbers(String text) {
    return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).collect(Collectors.toSet());
  }
}
