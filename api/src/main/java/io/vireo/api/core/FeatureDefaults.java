package io.vireo.api.core;

import java.util.List;
import java.util.Map;

/** What is left open of features and timers: that being there means on, and what else is needed. */
final class FeatureDefaults {

  /** A feature, and what it needs; those that need are before those that are needed. */
  private record Need(String feature, String needed) {}

  private static final List<Need> NEEDS =
      List.of(
          new Need("synictimer", "synic"),
          new Need("synictimer", "vpindex"),
          new Need("synic", "vpindex"),
          new Need("tlbflush", "vpindex"),
          new Need("ipi", "vpindex"),
          new Need("evmcs", "vapic"));

  private static final int SPINLOCK_RETRIES = 4096;

  private FeatureDefaults() {}

  static void apply(Map<String, Object> spec) {
    Map<String, Object> features = Trees.object(spec, "domain.features");
    if (features != null) {
      Trees.putIfNothing(features, "acpi", VmiDefaults.object());
      List.of("acpi", "apic", "smm", "pvspinlock").forEach(key -> on(features, key));
      if (features.get("hyperv") instanceof Map<?, ?> hyperv) {
        hyperv(Trees.asObject(hyperv));
      }
    }
    Node timers = new Node("spec", spec).get("domain.clock.timer");
    for (String name : timers.keys()) {
      if (timers.get(name).value() instanceof Map<?, ?> timer) {
        Trees.putIfNothing(Trees.asObject(timer), "present", true);
      }
    }
  }

  private static void hyperv(Map<String, Object> hyperv) {
    Node before = new Node("", hyperv);
    for (Need need : NEEDS) {
      if (before.get(need.feature()).isOn()) {
        Trees.putIfNothing(hyperv, need.needed(), VmiDefaults.object());
      }
    }
    for (String name : before.keys()) {
      on(hyperv, name);
    }
    if (hyperv.get("spinlocks") instanceof Map<?, ?> spinlocks && new Node("", spinlocks).isOn()) {
      Trees.putIfNothing(Trees.asObject(spinlocks), "spinlocks", SPINLOCK_RETRIES);
    }
  }

  private static void on(Map<String, Object> features, String key) {
    if (features.get(key) instanceof Map<?, ?> feature) {
      Trees.putIfNothing(Trees.asObject(feature), "enabled", true);
    }
  }
}
