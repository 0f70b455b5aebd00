package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How many more pods of a kind fit onto the nodes, by what they request. */
final class NodeRoom {

  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private NodeRoom() {}

  /** As many as fit at the same time, beside those that are there and have not ended. */
  static int of(List<Node> nodes, List<Pod> pods, Pod kind) {
    Map<String, BigDecimal> wanted = requests(kind);
    int room = 0;
    for (Node node : nodes) {
      Map<String, BigDecimal> used = new HashMap<>();
      pods.stream()
          .filter(pod -> node.getMetadata().getName().equals(pod.getSpec().getNodeName()))
          .filter(pod -> !ENDED.contains(pod.getStatus().getPhase()))
          .forEach(pod -> requests(pod).forEach((name, n) -> used.merge(name, n, BigDecimal::add)));
      room += fits(node.getStatus().getAllocatable(), used, wanted);
    }
    return room;
  }

  private static int fits(
      Map<String, Quantity> allocatable,
      Map<String, BigDecimal> used,
      Map<String, BigDecimal> wanted) {
    int fits = Integer.MAX_VALUE;
    for (Map.Entry<String, BigDecimal> entry : wanted.entrySet()) {
      Quantity all = allocatable.get(entry.getKey());
      BigDecimal left =
          (all == null ? BigDecimal.ZERO : all.getNumericalAmount())
              .subtract(used.getOrDefault(entry.getKey(), BigDecimal.ZERO));
      if (entry.getValue().signum() > 0) {
        int times = left.divide(entry.getValue(), 0, RoundingMode.FLOOR).intValue();
        fits = Math.min(fits, Math.max(0, times));
      }
    }
    return fits == Integer.MAX_VALUE ? 0 : fits;
  }

  private static Map<String, BigDecimal> requests(Pod pod) {
    Map<String, BigDecimal> sum = new HashMap<>();
    for (Container container : pod.getSpec().getContainers()) {
      if (container.getResources() != null && container.getResources().getRequests() != null) {
        container
            .getResources()
            .getRequests()
            .forEach((name, n) -> sum.merge(name, n.getNumericalAmount(), BigDecimal::add));
      }
    }
    return sum;
  }
}
