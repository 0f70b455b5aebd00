package io.vireo.simulator;

import java.util.EnumSet;
import java.util.Set;

/**
 * The size of a life.
 *
 * @param nodes machines
 * @param vmis VMIs that are wanted in the course of it
 * @param owners VirtualMachines and ReplicaSets that are wanted in the course of it
 * @param steps events until the faults stop
 * @param faults kinds that may strike
 */
public record SimulationOptions(int nodes, int vmis, int owners, int steps, Set<FaultKind> faults) {

  /** What {@code vireo simulate} does unless told otherwise. */
  public static final SimulationOptions DEFAULT =
      new SimulationOptions(5, 15, 4, 2_000, EnumSet.allOf(FaultKind.class));

  public SimulationOptions {
    faults = faults.isEmpty() ? EnumSet.noneOf(FaultKind.class) : EnumSet.copyOf(faults);
    boolean fits = nodes >= 1 && nodes <= 50 && vmis >= 1 && vmis <= 1_000;
    if (!fits || owners < 0 || owners > 1_000 || steps < 100 || steps > 1_000_000) {
      throw new IllegalArgumentException(
          "Expected 1 to 50 nodes, 1 to 1000 VMIs, 0 to 1000 owners of VMIs and 100 to 1000000"
              + " steps, but got "
              + nodes
              + ", "
              + vmis
              + ", "
              + owners
              + " and "
              + steps);
    }
  }
}
