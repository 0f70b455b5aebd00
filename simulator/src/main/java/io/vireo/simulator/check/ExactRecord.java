package io.vireo.simulator.check;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a record is exact and complete (G6): ids are unique, the sequence of each object has no
 * gap, every command has one end.
 */
final class ExactRecord {

  private static final Set<String> ENDS =
      Set.of(
          "CommandDone",
          "CommandRefused",
          "CommandFailed",
          "CommandSuperseded",
          "CommandExpired",
          "CommandUnknown");

  /** What an event tells of its place in the record. */
  record Fact(String id, long sequence, String type, @Nullable String commandId) {}

  private final List<Violation> violations;
  private final boolean settled;
  private final long nowMs;
  private final Set<String> ids = new HashSet<>();

  ExactRecord(List<Violation> violations, boolean settled, long nowMs) {
    this.violations = violations;
    this.settled = settled;
    this.nowMs = nowMs;
  }

  /**
   * Checks the facts of one object, in order.
   *
   * @param nobodys whether they are about no object in particular, so that they have no sequence
   */
  void check(String object, List<Fact> facts, boolean nobodys) {
    for (Fact fact : facts) {
      if (!ids.add(fact.id())) {
        violate(object, "event id twice: " + fact.id());
      }
    }
    if (nobodys) {
      return;
    }
    Map<String, Integer> open = new LinkedHashMap<>();
    long sequence = 0;
    for (Fact fact : facts) {
      if (fact.sequence() != sequence + 1) {
        violate(object, "sequence " + fact.sequence() + " after " + sequence);
      }
      sequence = fact.sequence();
      String command = String.valueOf(fact.commandId());
      if (fact.type().equals("CommandIssued")) {
        open.merge(command, 1, Integer::sum);
      } else if (ENDS.contains(fact.type()) && open.merge(command, -1, Integer::sum) < 0) {
        violate(object, "two ends of command " + command);
      }
    }
    if (settled) {
      open.forEach(
          (command, count) -> {
            if (count > 0) {
              violate(object, "no end of command " + command);
            }
          });
    }
  }

  private void violate(String object, String what) {
    violations.add(new Violation("G6", object, what, nowMs));
  }
}
