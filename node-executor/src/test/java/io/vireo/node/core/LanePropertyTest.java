package io.vireo.node.core;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the order, whatever is killed: see {@link LaneWorld} for what must never be. */
class LanePropertyTest {

  private static final int CASES = 5_000;
  private static final int STEPS = 120;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepItsRulesInAnyOrder(boolean mayLoseDisk) {
    for (long seed = 0; seed < CASES; seed++) {
      LaneWorld world = new LaneWorld(seed, mayLoseDisk);
      try {
        for (int i = 0; i < STEPS; i++) {
          world.step();
        }
        world.faultsStop();
        world.settle();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
