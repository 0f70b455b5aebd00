package io.vireo.api.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** All rules about the spec of a VMI, in the order in which they are checked. */
final class Rules {

  static final List<Rule> OF_SPEC =
      Stream.of(
              PodRules.ALL,
              ResourceRules.ALL,
              MachineRules.ALL,
              DiskRules.ALL,
              NetworkRules.ALL,
              VolumeRules.ALL)
          .flatMap(List::stream)
          .toList();

  private Rules() {}

  /** Every breach of any of them. */
  static List<Violation> check(List<Rule> rules, Scope scope) {
    Set<Violation> found = new LinkedHashSet<>();
    for (Rule rule : rules) {
      found.addAll(rule.check(scope));
      if (found.size() > Verdict.LISTED_MAX) {
        break;
      }
    }
    return List.copyOf(found);
  }
}
