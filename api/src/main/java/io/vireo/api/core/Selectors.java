package io.vireo.api.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kubernetes' label selectors. */
final class Selectors {

  private Selectors() {}

  /** Whether every requirement is met; one of an unknown kind is met by nothing. */
  static boolean matches(Node selector, Node labels) {
    if (selector.get("matchLabels").value() instanceof Map<?, ?> wanted) {
      for (Map.Entry<?, ?> entry : wanted.entrySet()) {
        if (!String.valueOf(entry.getValue()).equals(value(labels, entry.getKey()))) {
          return false;
        }
      }
    }
    return selector.items("matchExpressions").stream()
        .allMatch(expression -> isMet(expression, value(labels, expression.text("key"))));
  }

  private static boolean isMet(Node expression, @Nullable String value) {
    boolean isIn = expression.items("values").stream().anyMatch(item -> item.text().equals(value));
    return switch (expression.text("operator")) {
      case "In" -> isIn;
      case "NotIn" -> !isIn;
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }

  private static @Nullable String value(Node labels, Object key) {
    return labels.value() instanceof Map<?, ?> map && map.get(key) instanceof String text
        ? text
        : null;
  }
}
