package io.vireo.cli.torture;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;

/** A node that Kubernetes has for a while, where nothing runs and nothing is placed. */
final class PassingNode {

  private final KubernetesClient client;
  private final String name;

  PassingNode(KubernetesClient client, String name) {
    this.client = client;
    this.name = name;
  }

  /** It says that it offers launchers, as a node with an executor does. */
  void appear() {
    Map<String, Quantity> offers = Map.of("devices.vireo.io/launcher", new Quantity("1"));
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withUnschedulable(true)
                .endSpec()
                .withNewStatus()
                .withCapacity(offers)
                .withAllocatable(offers)
                .endStatus()
                .build())
        .create();
  }

  void leave() {
    client.nodes().withName(name).delete();
  }
}
