package io.vireo.api.core;

import java.util.List;
import java.util.Optional;

/**
 * What a rule may look at besides its value.
 *
 * @param spec of the VMI, or of the template of one
 * @param isTemplate some rules are for VMIs only
 */
record Scope(Node spec, ClusterConfiguration configuration, boolean isTemplate) {

  Node domain() {
    return spec.get("domain");
  }

  Node devices() {
    return spec.get("domain.devices");
  }

  Optional<Node> volume(String name) {
    return named(spec.items("volumes"), name);
  }

  Optional<Node> network(String name) {
    return named(spec.items("networks"), name);
  }

  private static Optional<Node> named(List<Node> items, String name) {
    return items.stream().filter(item -> item.text("name").equals(name)).findFirst();
  }

  boolean gate(String name) {
    return configuration.isGateOn(name);
  }

  boolean isDedicated() {
    return domain().get("cpu.dedicatedCpuPlacement").is(true);
  }

  /** Whether an interface hangs on the network of the pod. */
  boolean hasPodNetwork() {
    return spec.items("networks").stream().anyMatch(Scope::isPod);
  }

  static boolean isPod(Node network) {
    return network.has("pod") || network.get("multus.default").is(true);
  }

  /** Whether this is the first of a list with its name. */
  static boolean isRepeated(Node item, List<Node> all, String key) {
    String name = item.text(key);
    for (Node other : all) {
      if (other.path().equals(item.path())) {
        return false;
      }
      if (other.text(key).equals(name)) {
        return !name.isEmpty();
      }
    }
    return false;
  }
}
