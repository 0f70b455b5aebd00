package io.vireo.cli.bench.standin;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vireo.schemas.KafkaConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Nodes without machines. While this is open each of them is ready, starts the pods that are bound
 * to it and carries out the commands of its topic; closing it removes the Node objects. Only what
 * asks for {@link #LABEL} by its node selector comes to them.
 */
public final class StandInNodes implements AutoCloseable {

  /** On these nodes alone. */
  public static final String LABEL = "bench.vireo.io/stand-in";

  private static final int NODES_MAX = 500;
  private static final String LEASES = "kube-node-lease";
  private static final int LEASE_SECONDS = 40;
  private static final Duration LEASE_RENEWAL = Duration.ofSeconds(10);
  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final long LOOK_MS = 100;

  private final KubernetesClient client;
  private final List<String> names;
  private final StandInKubelet kubelet;
  private final StandInExecutors executors;
  private final ScheduledExecutorService leases = Executors.newSingleThreadScheduledExecutor();

  private StandInNodes(KubernetesClient client, KafkaConnection kafka, List<String> names) {
    this.client = client;
    this.names = names;
    this.kubelet = new StandInKubelet(client, names);
    this.executors = new StandInExecutors(kafka, names, kubelet);
  }

  /**
   * Makes them and returns when Vireo schedules to each.
   *
   * @param kafka of an administrator of the broker, who may speak for every node
   * @throws IllegalStateException if they are not taken for ready in time
   */
  @SuppressWarnings("FutureReturnValueIgnored") // A lease that is not renewed shows by itself.
  public static StandInNodes start(KubernetesClient client, KafkaConnection kafka, int count)
      throws Exception {
    if (count < 1 || count > NODES_MAX) {
      throw new IllegalArgumentException(
          "Expected 1 to " + NODES_MAX + " nodes to stand in for, but got " + count);
    }
    List<String> names = IntStream.rangeClosed(1, count).mapToObj(i -> "stand-in-" + i).toList();
    StandInNodes nodes = new StandInNodes(client, kafka, names);
    try {
      nodes.executors.allow();
      nodes.renewLeases();
      names.forEach(nodes::register);
      nodes.leases.scheduleAtFixedRate(
          nodes::renewLeases,
          LEASE_RENEWAL.toMillis(),
          LEASE_RENEWAL.toMillis(),
          TimeUnit.MILLISECONDS);
      nodes.kubelet.start();
      nodes.executors.start();
      nodes.awaitSchedulable();
      return nodes;
    } catch (Exception e) {
      nodes.close();
      throw e;
    }
  }

  private void register(String name) {
    NodeStatus status = status();
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(
                    Map.of(
                        "kubernetes.io/arch",
                        "amd64",
                        "kubernetes.io/os",
                        "linux",
                        "kubernetes.io/hostname",
                        name,
                        LABEL,
                        "true"))
                .endMetadata()
                .withStatus(status)
                .build())
        .create();
    client
        .nodes()
        .withName(name)
        .subresource("status")
        .edit(
            node -> {
              node.setStatus(status);
              return node;
            });
  }

  private static NodeStatus status() {
    Map<String, Quantity> room = new LinkedHashMap<>();
    room.put("cpu", new Quantity("64"));
    room.put("memory", new Quantity("512Gi"));
    room.put("ephemeral-storage", new Quantity("1Ti"));
    room.put("pods", new Quantity("500"));
    for (String device :
        List.of(
            "devices.vireo.io/launcher",
            "devices.kubevirt.io/kvm",
            "devices.kubevirt.io/tun",
            "devices.kubevirt.io/vhost-net")) {
      room.put(device, new Quantity("1000"));
    }
    String now = Instant.now().toString();
    return new NodeStatusBuilder()
        .withCapacity(room)
        .withAllocatable(room)
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withReason("StandIn")
        .withLastHeartbeatTime(now)
        .withLastTransitionTime(now)
        .endCondition()
        .build();
  }

  /** A node whose lease is renewed is alive to Kubernetes. */
  private void renewLeases() {
    for (String name : names) {
      try {
        client
            .resource(
                new LeaseBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(LEASES)
                    .endMetadata()
                    .withNewSpec()
                    .withHolderIdentity(name)
                    .withLeaseDurationSeconds(LEASE_SECONDS)
                    .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                    .endSpec()
                    .build())
            .forceConflicts()
            .serverSideApply();
      } catch (KubernetesClientException e) {
        // The next renewal tries again; nobody minds one that is missed.
      }
    }
  }

  /** The label comes once the executor's heartbeat has gone all the way. */
  private void awaitSchedulable() throws InterruptedException {
    long deadline = System.nanoTime() + READY_MAX.toNanos();
    while (true) {
      long ready =
          client
              .nodes()
              .withLabel(LABEL, "true")
              .withLabel("kubevirt.io/schedulable", "true")
              .list()
              .getItems()
              .size();
      if (ready == names.size()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Expected all %d nodes to be schedulable within %d s, but %d are"
                .formatted(names.size(), READY_MAX.toSeconds(), ready));
      }
      Thread.sleep(LOOK_MS);
    }
  }

  @Override
  public void close() {
    leases.shutdownNow();
    executors.close();
    kubelet.close();
    for (String name : names) {
      client.nodes().withName(name).delete();
      client.leases().inNamespace(LEASES).withName(name).delete();
    }
  }
}
