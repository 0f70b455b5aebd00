package io.vireo.api.core;

import io.vireo.api.core.Violation.Cause;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules about a change of a VMI's spec. */
final class UpdateRules {

  private UpdateRules() {}

  /** Rule 2. */
  static List<Violation> byOthers() {
    return List.of(
        new Violation(Cause.NOT_SUPPORTED, "spec", "update of VMI object is restricted"));
  }

  /**
   * Rules 3 to 6, for what Vireo writes itself: it plugs nothing, so whatever a VMI was made with
   * stays, and nothing is added.
   */
  static List<Violation> byOurs(Node spec, Node old) {
    List<Violation> found = new ArrayList<>();
    unchanged(spec, old, "domain.cpu.maxSockets", "CPU topology maxSockets changed", found);
    unchanged(spec, old, "domain.memory.maxGuest", "Memory maxGuest changed", found);
    lists(spec, old, "volumes", "volumes", found);
    lists(spec, old, "domain.devices.disks", "disks", found);
    unchanged(
        spec,
        old,
        "utilityVolumes",
        "utility volumes changed, which is not supported by Vireo yet",
        found);
    return found;
  }

  private static void unchanged(
      Node spec, Node old, String keys, String message, List<Violation> found) {
    if (!Trees.same(spec.get(keys).value(), old.get(keys).value())) {
      found.add(new Violation(Cause.INVALID, spec.get(keys).path(), message));
    }
  }

  private static void lists(Node spec, Node old, String keys, String what, List<Violation> found) {
    List<Node> now = spec.items(keys);
    List<Node> before = old.items(keys);
    if (now.size() != before.size()) {
      found.add(
          new Violation(
              Cause.INVALID,
              spec.get(keys).path(),
              "Number of permanent "
                  + what
                  + " has changed, from "
                  + before.size()
                  + " to "
                  + now.size()));
      return;
    }
    for (Node item : before) {
      Node other = byName(now, item.text("name"));
      if (other == null) {
        found.add(
            new Violation(
                Cause.NOT_FOUND,
                spec.get(keys).path(),
                "permanent entry " + item.get("name").quoted() + " of " + what + " not found"));
      } else if (!Trees.same(item.value(), other.value())) {
        found.add(
            new Violation(
                Cause.INVALID,
                other.path(),
                "permanent entry " + item.get("name").quoted() + " of " + what + " changed"));
      }
    }
  }

  private static @Nullable Node byName(List<Node> items, String name) {
    return items.stream().filter(i -> i.text("name").equals(name)).findFirst().orElse(null);
  }
}
