package io.vireo.api.kubernetes;

import io.vireo.api.core.ClusterConfiguration;
import io.vireo.api.core.ConfigurationReader;
import io.vireo.api.core.Violation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which configuration is in force, and what each KubeVirt object is to say of it: the oldest object
 * counts, and one that is not valid leaves in force what was. A function of its arguments.
 *
 * @param configuration what is in force
 * @param of uid of the object that it is of; null for the defaults
 */
record ConfigurationChoice(ClusterConfiguration configuration, @Nullable String of) {

  /** Condition on a KubeVirt object: whether its configuration is in force. */
  static final String CONDITION = "Synchronized";

  private static final int MESSAGE_MAX = 4096;

  /** Conditions that an object is to have instead of its own. */
  record Shown(KubeVirtObject object, List<Map<String, Object>> conditions) {}

  /** What is in force from now on, and what is to be written. */
  record Decided(ConfigurationChoice choice, List<Shown> shown) {}

  /** Decides anew, on all objects that there are. */
  Decided next(Collection<KubeVirtObject> objects, ClusterConfiguration defaults, Instant now) {
    Optional<KubeVirtObject> oldest =
        objects.stream()
            .min(Comparator.comparing(KubeVirtObject::created).thenComparing(KubeVirtObject::uid));
    if (oldest.isEmpty()) {
      return new Decided(new ConfigurationChoice(defaults, null), List.of());
    }
    KubeVirtObject chosen = oldest.get();
    List<Shown> shown = new ArrayList<>();
    for (KubeVirtObject each : objects) {
      if (!each.uid().equals(chosen.uid())) {
        show(
            each,
            "False",
            "NotTheOldest",
            "The configuration of the cluster is that of %s/%s, which is older."
                .formatted(chosen.namespace(), chosen.name()),
            now,
            shown);
      }
    }
    // Of an object that is not the oldest any more, nothing stays.
    ClusterConfiguration before = chosen.uid().equals(of) ? configuration : defaults;
    ClusterConfiguration inForce =
        switch (ConfigurationReader.read(chosen.spec(), defaults)) {
          case ConfigurationReader.Result.Valid valid -> {
            String without =
                valid.withoutEffect().isEmpty()
                    ? ""
                    : " Without effect in Vireo: " + String.join(", ", valid.withoutEffect()) + ".";
            show(
                chosen,
                "True",
                "ConfigurationInForce",
                "The configuration is in force." + without,
                now,
                shown);
            yield valid.configuration();
          }
          case ConfigurationReader.Result.Refused refused -> {
            show(
                chosen,
                "False",
                "InvalidConfiguration",
                "Ignored, and what was in force before stays: "
                    + refused.problems().stream()
                        .map(Violation::toString)
                        .collect(Collectors.joining("; ")),
                now,
                shown);
            yield before;
          }
        };
    return new Decided(new ConfigurationChoice(inForce, chosen.uid()), shown);
  }

  /** Adds it if the object says something else; every replica finds the same. */
  private static void show(
      KubeVirtObject object,
      String status,
      String reason,
      String message,
      Instant now,
      List<Shown> shown) {
    String text = message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) : message;
    Map<String, Object> before =
        object.conditions().stream()
            .filter(each -> CONDITION.equals(each.get("type")))
            .findFirst()
            .orElse(Map.of());
    boolean same = status.equals(before.get("status"));
    if (same && reason.equals(before.get("reason")) && text.equals(before.get("message"))) {
      return;
    }
    Map<String, Object> condition = new TreeMap<>();
    condition.put("type", CONDITION);
    condition.put("status", status);
    condition.put("reason", reason);
    condition.put("message", text);
    Object since = before.get("lastTransitionTime");
    condition.put(
        "lastTransitionTime",
        same && since != null ? since : now.truncatedTo(ChronoUnit.SECONDS).toString());
    List<Map<String, Object>> conditions = new ArrayList<>();
    object.conditions().stream()
        .filter(each -> !CONDITION.equals(each.get("type")))
        .forEach(conditions::add);
    conditions.add(condition);
    shown.add(new Shown(object, conditions));
  }
}
