package io.vireo.simulator;

import io.vireo.simulator.check.Violation;
import java.util.List;

/**
 * How a simulated life went.
 *
 * @param steps events that happened in it
 * @param digest hash over everything that was written to Kafka and Kubernetes: the same for the
 *     same seed and plan
 * @param story the last events of the VMI concerned, when a guarantee did not hold
 * @param breakdowns how often a part ended by itself
 */
public record Life(
    long seed,
    Plan plan,
    long steps,
    long simulatedMs,
    List<Violation> violations,
    Coverage coverage,
    String digest,
    List<String> story,
    int breakdowns) {

  /** Whether every guarantee held. */
  public boolean isGood() {
    return violations.isEmpty();
  }
}
