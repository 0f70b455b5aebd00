package io.vireo.simulator;

import java.util.EnumSet;
import java.util.Set;

/**
 * The size of a life.
 *
 * @param nodes machines
 * @param vmis VMIs that are wanted in the course of it
 * @param steps events until the faults stop
 * @param faults kinds that may strike
 */
public record SimulationOptions(int nodes, int vmis, int steps, Set<FaultKind> faults) {

  /** What {@code vireo simulate} does unless told otherwise. */
  public static final SimulationOptions DEFAULT =
      new SimulationOptions(5, 15, 2_000, EnumSet.allOf(FaultKind.class));

  public SimulationOptions {
    faults = faults.isEmpty() ? EnumSet.noneOf(FaultKind.class) : EnumSet.copyOf(faults);
    if (nodes < 1 || nodes > 50 || vmis < 1 || vmis > 1_000 || steps < 100 || steps > 1_000_000) {
      throw new IllegalArgumentException(
          "Expected 1 to 50 nodes, 1 to 1000 VMIs and 100 to 1000000 steps, but got "
              + nodes
              + ", "
              + vmis
              + " and "
              + steps);
    }
  }
}
