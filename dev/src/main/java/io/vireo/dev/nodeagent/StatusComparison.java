package io.vireo.dev.nodeagent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Statuses are compared without the times of their conditions, which say nothing by themselves. */
final class StatusComparison {

  private StatusComparison() {}

  static Map<String, Object> withoutTimes(Map<String, Object> status) {
    Map<String, Object> copy = new HashMap<>(status);
    if (copy.get("conditions") instanceof List<?> conditions) {
      copy.put(
          "conditions",
          conditions.stream()
              .map(
                  condition -> {
                    Map<Object, Object> fields = new HashMap<>((Map<?, ?>) condition);
                    fields.remove("lastTransitionTime");
                    return fields;
                  })
              .toList());
    }
    return copy;
  }
}
