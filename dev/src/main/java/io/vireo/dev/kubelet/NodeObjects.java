package io.vireo.dev.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;

/** Nodes as the API server has them. */
public final class NodeObjects {

  private static final String LAUNCHERS = "devices.vireo.io/launcher";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int CONFLICT = 409;

  private NodeObjects() {}

  /**
   * Makes a node's object before its kubelet does, so that the node has the range of addresses that
   * its pods' network is set up with.
   */
  public static void create(KubernetesClient client, String name, String podRange) {
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withPodCIDR(podRange)
            .withPodCIDRs(podRange)
            .endSpec()
            .build();
    try {
      client.nodes().resource(node).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
  }

  /**
   * Waits until the kubelet says that the node is ready.
   *
   * @param since when the node was started; what an earlier one said does not count
   */
  public static void awaitReady(KubernetesClient client, String name, Instant since, Duration max)
      throws IOException, InterruptedException {
    await(client, name, "to be Ready", node -> isReady(node, since), max);
  }

  private static boolean isReady(Node node, Instant since) {
    return node.getStatus() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(
                c ->
                    c.getType().equals("Ready")
                        && c.getStatus().equals("True")
                        && !Instant.parse(c.getLastHeartbeatTime()).isBefore(since));
  }

  /** Waits until the node's executor offers launchers. */
  public static void awaitLaunchers(KubernetesClient client, String name, Duration max)
      throws IOException, InterruptedException {
    await(
        client,
        name,
        "to offer " + LAUNCHERS,
        node -> {
          Map<String, Quantity> room = node.getStatus().getAllocatable();
          Quantity launchers = room == null ? null : room.get(LAUNCHERS);
          return launchers != null && !launchers.getAmount().equals("0");
        },
        max);
  }

  private static void await(
      KubernetesClient client, String name, String what, Predicate<Node> condition, Duration max)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (true) {
      Node node = client.nodes().withName(name).get();
      if (node != null && condition.test(node)) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "Expected the node %s %s within %d s, but it is not"
                .formatted(name, what, max.toSeconds()));
      }
      Thread.sleep(POLL);
    }
  }
}
