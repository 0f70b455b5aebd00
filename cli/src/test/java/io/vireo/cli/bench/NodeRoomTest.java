package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeRoomTest {

  private static Node node(String name, String cpu, String memory) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewStatus()
        .withAllocatable(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory)))
        .endStatus()
        .build();
  }

  private static Pod pod(String node, String phase, String cpu, String memory) {
    return new PodBuilder()
        .withNewSpec()
        .withNodeName(node)
        .addNewContainer()
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory)))
        .endResources()
        .endContainer()
        .addNewContainer()
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }

  @Test
  void shouldCountWhatIsLeftOfTheScarcestOnEachNode() {
    List<Node> nodes = List.of(node("a", "2", "1Gi"), node("b", "500m", "64Gi"));
    List<Pod> pods =
        List.of(pod("a", "Running", "100m", "100Mi"), pod("a", "Succeeded", "2", "1Gi"));

    // On a: 924 MiB are left, 3 times 300; on b: five times 100 m.
    assertThat(NodeRoom.of(nodes, pods, pod("a", "Running", "100m", "300Mi"))).isEqualTo(8);
  }

  @Test
  void shouldFindNoRoomOnAFullNodeNorForWhatItDoesNotOffer() {
    List<Node> nodes = List.of(node("a", "1", "1Gi"));

    assertThat(
            NodeRoom.of(
                nodes,
                List.of(pod("a", "Running", "2", "1Mi")),
                pod("a", "Running", "100m", "1Mi")))
        .isZero();

    Pod withDevice = pod("a", "Running", "100m", "1Mi");
    withDevice
        .getSpec()
        .getContainers()
        .getFirst()
        .getResources()
        .setRequests(Map.of("devices.vireo.io/launcher", new Quantity("1")));
    assertThat(NodeRoom.of(nodes, List.of(), withDevice)).isZero();
  }
}
