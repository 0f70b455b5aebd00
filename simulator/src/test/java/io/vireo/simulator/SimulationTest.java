package io.vireo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final SimulationOptions SMALL =
      new SimulationOptions(3, 6, 3, 600, EnumSet.allOf(FaultKind.class));

  @Test
  void theSameSeedGivesTheSameLife() {
    Life first = Simulation.run(7, SMALL);
    Life second = Simulation.run(7, SMALL);

    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(second.steps()).isEqualTo(first.steps());
    assertThat(second.simulatedMs()).isEqualTo(first.simulatedMs());
  }

  @Test
  void differentSeedsGiveDifferentLives() {
    Set<String> digests = new TreeSet<>();
    for (long seed = 1; seed <= 5; seed++) {
      digests.add(Simulation.run(seed, SMALL).digest());
    }

    assertThat(digests).hasSize(5);
  }

  @Test
  void everyGuaranteeHoldsWithoutFaults() {
    SimulationOptions calm = new SimulationOptions(3, 6, 3, 600, Set.of());

    for (long seed = 1; seed <= 20; seed++) {
      Life life = Simulation.run(seed, calm);

      assertThat(life.violations()).as("seed " + seed).isEmpty();
      assertThat(life.breakdowns()).as("breakdowns of seed " + seed).isZero();
    }
  }

  @Test
  void leavingOutFaultsKeepsTheRest() {
    Plan plan = Plan.of(3, SMALL);
    Plan.Fault kept = plan.faults().getLast();

    Plan smaller = plan.withFaults(Set.of(kept.index()));

    assertThat(smaller.faults()).containsExactly(kept);
    assertThat(smaller.wishes()).isEqualTo(plan.wishes());
  }

  @Test
  void leavingOutVmisKeepsTheRest() {
    Plan plan = Plan.of(3, SMALL);

    Plan smaller = plan.withWishes(Set.of(1, 4));

    assertThat(smaller.wishes()).containsExactly(plan.wishes().get(1), plan.wishes().get(4));
    assertThat(smaller.faults()).isEqualTo(plan.faults());
  }

  @Test
  void leavingOutOwnersKeepsTheRest() {
    Plan plan = Plan.of(3, SMALL);

    Plan smaller = plan.withOwners(Set.of(2));

    assertThat(smaller.owners()).containsExactly(plan.owners().get(2));
    assertThat(smaller.wishes()).isEqualTo(plan.wishes());
    assertThat(smaller.faults()).isEqualTo(plan.faults());
  }

  @Test
  void ownersAreChosenApartFromAllElse() {
    Plan without = Plan.of(3, new SimulationOptions(3, 6, 0, 600, SMALL.faults()));

    assertThat(without.wishes()).isEqualTo(Plan.of(3, SMALL).wishes());
    assertThat(without.faults()).isEqualTo(Plan.of(3, SMALL).faults());
  }
}
