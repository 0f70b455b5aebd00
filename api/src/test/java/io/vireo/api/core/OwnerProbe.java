package io.vireo.api.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks the rules of virtual machines and replica sets whether a field is honoured. */
final class OwnerProbe {

  /** Something to see the field with. */
  private static final Map<String, Object> SAMPLES =
      Map.of(
          "spec.dataVolumeTemplates", List.of(Map.of("metadata", Map.of("name", "d"))),
          "spec.instancetype", Map.of("name", "x"),
          "spec.preference", Map.of("name", "x"),
          "spec.running", true,
          "spec.paused", true,
          "spec.replicas", 2,
          "spec.selector", Map.of("matchLabels", Map.of("app", "small")));

  private static final Map<String, List<String>> VALUES =
      Map.of(
          "spec.runStrategy",
          List.of("Always", "RerunOnFailure", "Manual", "Halted", "Once", "WaitAsReceiver"),
          "spec.updateVolumesStrategy",
          List.of("Replacement", "Migration"));

  private OwnerProbe() {}

  static String ask(String kind, String path) {
    List<String> all = VALUES.getOrDefault(path, List.of());
    if (all.isEmpty()) {
      return isRefused(kind, path, "") ? Support.NO : "yes";
    }
    List<String> taken = new ArrayList<>(all);
    taken.removeIf(value -> isRefused(kind, path, value));
    return taken.size() == all.size()
        ? "yes"
        : "only "
            + taken.stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
  }

  /**
   * Whether it is refused.
   *
   * @param value of a text; empty for any
   */
  static boolean isRefused(String kind, String path, String value) {
    Map<String, Object> object = Manifests.of(kind);
    Object sample = SAMPLES.get(path);
    List<String> values = VALUES.getOrDefault(path, List.of());
    if (!value.isEmpty()) {
      Manifests.set(object, "", Map.of(path, value));
    } else if (sample != null) {
      Manifests.set(object, "", Map.of(path, sample));
    } else if (!values.isEmpty()) {
      Manifests.set(object, "", Map.of(path, values.getFirst()));
    } else if (!Manifests.get(object, path).isThere()) {
      throw new AssertionError("Expected a sample of " + kind + " " + path + ", but there is none");
    }
    return Asking.violations(
            Asking.admission(Asking.KVM),
            Asking.create(object, Asking.USER),
            ClusterConfiguration.DEFAULTS)
        .stream()
        .anyMatch(
            violation ->
                violation.cause() == Violation.Cause.NOT_SUPPORTED
                    && violation.field().equals(path));
  }
}
