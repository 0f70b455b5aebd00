package io.vireo.scheduler.owner;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the spec of a ReplicaSet says beside its template's spec.
 *
 * @param problems what Vireo refuses, by path
 */
record SetSpec(
    long replicas,
    boolean paused,
    List<Requirement> selector,
    @Nullable Object template,
    List<String> problems) {

  SetSpec {
    selector = List.copyOf(selector);
    problems = List.copyOf(problems);
  }

  /**
   * One requirement of a label selector.
   *
   * @param operator In, NotIn, Exists or DoesNotExist
   */
  record Requirement(String key, String operator, Set<String> values) {

    Requirement {
      values = Set.copyOf(values);
    }

    boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case "In" -> value != null && values.contains(value);
        case "NotIn" -> value == null || !values.contains(value);
        case "Exists" -> value != null;
        default -> value == null;
      };
    }

    /** As Kubernetes writes it: in /scale, and for whoever asks by it. */
    String text() {
      String all = String.join(",", new TreeSet<>(values));
      return switch (operator) {
        case "In" -> values.size() == 1 ? key + "=" + all : key + " in (" + all + ")";
        case "NotIn" -> values.size() == 1 ? key + "!=" + all : key + " notin (" + all + ")";
        case "Exists" -> key;
        default -> "!" + key;
      };
    }
  }

  private static final Set<String> OPERATORS = Set.of("In", "NotIn", "Exists", "DoesNotExist");

  static SetSpec read(Object tree) {
    List<String> problems = new ArrayList<>();
    if (!(tree instanceof Map<?, ?> spec)) {
      return new SetSpec(0, false, List.of(), null, List.of("spec is not an object"));
    }
    List<Requirement> selector = selector(spec.get("selector"), problems);
    Object template = spec.get("template");
    if (!(template instanceof Map<?, ?>)) {
      problems.add("spec.template is missing");
    } else if (problems.isEmpty() && !matches(selector, labels(template))) {
      problems.add("spec.selector does not match spec.template.metadata.labels");
    }
    long replicas = spec.get("replicas") instanceof Number number ? number.longValue() : 1;
    if (replicas < 0) {
      problems.add("spec.replicas is negative");
    }
    boolean paused = Boolean.TRUE.equals(spec.get("paused"));
    return new SetSpec(replicas, paused, selector, template, problems);
  }

  private static List<Requirement> selector(@Nullable Object tree, List<String> problems) {
    Map<String, List<Requirement>> byKey = new TreeMap<>();
    if (tree instanceof Map<?, ?> selector) {
      if (selector.get("matchLabels") instanceof Map<?, ?> labels) {
        labels.forEach(
            (key, value) ->
                byKey
                    .computeIfAbsent(String.valueOf(key), k -> new ArrayList<>())
                    .add(
                        new Requirement(String.valueOf(key), "In", Set.of(String.valueOf(value)))));
      }
      if (selector.get("matchExpressions") instanceof List<?> expressions) {
        for (Object each : expressions) {
          Requirement requirement = expression(each);
          if (requirement == null) {
            problems.add("spec.selector.matchExpressions has one that is no requirement");
          } else {
            byKey.computeIfAbsent(requirement.key(), k -> new ArrayList<>()).add(requirement);
          }
        }
      }
    }
    if (byKey.isEmpty()) {
      // One that is empty would match all that there is.
      problems.add("spec.selector is empty");
    }
    return byKey.values().stream().flatMap(List::stream).toList();
  }

  private static @Nullable Requirement expression(@Nullable Object tree) {
    return tree instanceof Map<?, ?> map
            && map.get("key") instanceof String key
            && map.get("operator") instanceof String operator
            && OPERATORS.contains(operator)
        ? new Requirement(
            key,
            operator,
            map.get("values") instanceof List<?> values
                ? values.stream()
                    .filter(Objects::nonNull)
                    .map(String::valueOf)
                    .collect(Collectors.toSet())
                : Set.of())
        : null;
  }

  private static Map<String, String> labels(Object template) {
    Map<String, String> labels = new TreeMap<>();
    if (template instanceof Map<?, ?> map
        && map.get("metadata") instanceof Map<?, ?> metadata
        && metadata.get("labels") instanceof Map<?, ?> all) {
      all.forEach((key, value) -> labels.put(String.valueOf(key), String.valueOf(value)));
    }
    return labels;
  }

  private static boolean matches(List<Requirement> selector, Map<String, String> labels) {
    return selector.stream().allMatch(each -> each.matches(labels));
  }

  boolean matches(Map<String, String> labels) {
    return matches(selector, labels);
  }

  /** The selector as text. */
  String selectorText() {
    return selector.stream().map(Requirement::text).collect(Collectors.joining(","));
  }
}
