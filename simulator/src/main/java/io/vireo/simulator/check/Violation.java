package io.vireo.simulator.check;

/**
 * A guarantee that did not hold.
 *
 * @param guarantee G1 to G8
 * @param vmi {@code namespace/name uid} that it is about; empty for none
 */
public record Violation(String guarantee, String vmi, String what, long atMs) {

  /** Whether both say of the same object that the same does not hold, in whatever way. */
  public boolean isOfTheSame(Violation other) {
    return guarantee.equals(other.guarantee) && vmi.equals(other.vmi);
  }

  @Override
  public String toString() {
    return guarantee + (vmi.isEmpty() ? "" : " [" + vmi + "]") + ": " + what;
  }
}
