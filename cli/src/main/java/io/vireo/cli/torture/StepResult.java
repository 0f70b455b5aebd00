package io.vireo.cli.torture;

import java.util.List;

/**
 * How one fault went.
 *
 * @param name of the failpoint or plain fault
 * @param hit whether it struck
 * @param part the part that it struck, as far as that is one
 * @param seconds how long all of it took
 * @param violations what did not hold
 * @param story the last events of the VMI concerned, when something did not hold
 */
public record StepResult(
    String name,
    boolean hit,
    String part,
    double seconds,
    List<String> violations,
    List<String> story) {

  /** Copies the lists. */
  public StepResult {
    violations = List.copyOf(violations);
    story = List.copyOf(story);
  }

  boolean isGood() {
    return hit && violations.isEmpty();
  }
}
