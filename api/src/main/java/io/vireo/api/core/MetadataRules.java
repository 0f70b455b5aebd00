package io.vireo.api.core;

import io.vireo.api.core.Violation.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules about labels and annotations of a VMI, or of the template of one. */
final class MetadataRules {

  /** Labels that say what Vireo did with a VMI. */
  private static final Set<String> RESERVED =
      Set.of(
          "kubevirt.io/created-by",
          "kubevirt.io/install-strategy",
          "kubevirt.io/migrationJobUID",
          "kubevirt.io/migrationTargetNodeName",
          "kubevirt.io/nodeName",
          "kubevirt.io/schedulable");

  /** Annotations that ask for something, and the gate that each is behind. */
  private static final Map<String, String> GATED =
      Map.of(
          "kubevirt.io/ignitiondata", FeatureGates.IGNITION,
          "hooks.kubevirt.io/hookSidecars", FeatureGates.SIDECAR);

  private MetadataRules() {}

  /** Rules 121 and 122. */
  static List<Violation> created(Node metadata, ClusterConfiguration configuration) {
    List<Violation> found = new ArrayList<>();
    Node labels = metadata.get("labels");
    for (String key : labels.keys()) {
      if (RESERVED.contains(key)) {
        found.add(reserved(labels, "creation", key));
      }
    }
    found.addAll(gated(metadata, null, configuration));
    return found;
  }

  /** Rule 7 of updates; and 122 for what is new. */
  static List<Violation> updated(Node metadata, Node old, ClusterConfiguration configuration) {
    List<Violation> found = new ArrayList<>();
    Node labels = metadata.get("labels");
    for (String key : RESERVED.stream().sorted().toList()) {
      if (!Trees.same(value(labels, key), value(old.get("labels"), key))) {
        found.add(reserved(labels, "modification", key));
      }
    }
    found.addAll(gated(metadata, old, configuration));
    return found;
  }

  private static Violation reserved(Node labels, String what, String key) {
    return new Violation(
        Cause.NOT_SUPPORTED,
        labels.path(),
        what + " of the reserved label " + key + " on a VMI object is prohibited");
  }

  private static List<Violation> gated(
      Node metadata, @Nullable Node old, ClusterConfiguration configuration) {
    List<Violation> found = new ArrayList<>();
    Node annotations = metadata.get("annotations");
    for (String key : annotations.keys()) {
      String gate = GATED.get(key);
      boolean isNew =
          old == null || !Trees.same(value(annotations, key), value(old.get("annotations"), key));
      if (gate != null && isNew) {
        boolean on = configuration.isGateOn(gate);
        found.add(
            new Violation(
                on ? Cause.NOT_SUPPORTED : Cause.INVALID,
                annotations.path(),
                "annotation "
                    + key
                    + (on ? " is not supported by Vireo yet" : ": " + MachineRules.gateOff(gate))));
      }
    }
    return found;
  }

  private static @Nullable Object value(Node map, String key) {
    return map.value() instanceof Map<?, ?> values ? values.get(key) : null;
  }
}
