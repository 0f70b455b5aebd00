package io.vireo.simulator.mutation;

import io.vireo.simulator.FaultKind;
import io.vireo.simulator.Life;
import io.vireo.simulator.Simulation;
import io.vireo.simulator.SimulationOptions;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Lives single lives in the classes that it was loaded with. Only types of the JDK go in and out,
 * so that it can be called from outside its class loader.
 */
public final class Probe implements LongFunction<String> {

  static final int NODES = 3;
  static final int VMIS = 6;
  static final int OWNERS = 3;
  static final int STEPS = 1_600;

  private final SimulationOptions options;

  /**
   * A probe.
   *
   * @param faults names of the faults that may strike
   */
  public Probe(Set<String> faults) {
    EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    faults.forEach(name -> kinds.add(FaultKind.valueOf(name)));
    options = new SimulationOptions(NODES, VMIS, OWNERS, STEPS, kinds);
  }

  /** The first guarantee that did not hold in the life of this seed; empty if all did. */
  @Override
  public String apply(long seed) {
    Life life = Simulation.run(seed, options);
    return life.isGood() ? "" : life.violations().getFirst().toString();
  }
}
