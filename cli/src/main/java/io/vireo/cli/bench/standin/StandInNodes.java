package io.vireo.cli.bench.standin;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Place;
import io.vireo.dev.controlplane.Binaries;
import io.vireo.schemas.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Nodes without machines. While this is open each of them is ready, starts the pods that are bound
 * to it and carries out the commands of its topic; closing it removes the Node objects. Only what
 * is made by {@link #select} comes to them.
 */
public final class StandInNodes implements AutoCloseable {

  // As in KubeVirt's density test.
  private static final String LABEL = "type";
  private static final String VALUE = "kwok";
  private static final String TAINT = "kwok.x-k8s.io/node";

  private static final int NODES_MAX = 500;
  private static final String LEASES = "kube-node-lease";
  private static final Duration READY_MAX = Duration.ofMinutes(2);
  private static final long LOOK_MS = 100;

  private final KubernetesClient client;
  private final List<String> names;
  private final ReadyPods pods;
  private final StandInExecutors executors;
  private final Kwok kwok;

  private StandInNodes(
      KubernetesClient client, KafkaConnection kafka, List<String> names, Kwok kwok) {
    this.client = client;
    this.names = names;
    this.kwok = kwok;
    this.pods = new ReadyPods(client);
    this.executors = new StandInExecutors(kafka, names, pods);
  }

  /**
   * Makes them and returns when Vireo schedules to each.
   *
   * @param kafka of an administrator of the broker, who may speak for every node
   * @param progress takes a line when KWOK has to be built first
   * @throws IllegalStateException if they are not taken for ready in time
   */
  public static StandInNodes start(
      Place place,
      KubernetesClient client,
      KafkaConnection kafka,
      int count,
      Consumer<String> progress)
      throws Exception {
    if (count < 1 || count > NODES_MAX) {
      throw new IllegalArgumentException(
          "Expected 1 to " + NODES_MAX + " nodes to stand in for, but got " + count);
    }
    Path programs =
        new Binaries(Binaries.defaultCache(), System.getenv())
            .resolve(List.of(Binaries.KWOK), progress);
    List<String> names = IntStream.rangeClosed(1, count).mapToObj(i -> "stand-in-" + i).toList();
    Kwok kwok =
        Kwok.start(
            programs.resolve(Binaries.KWOK),
            place.state().kubeconfig(),
            LABEL + "=" + VALUE,
            place.state().logs());
    StandInNodes nodes = new StandInNodes(client, kafka, names, kwok);
    try {
      nodes.executors.allow();
      names.forEach(nodes::register);
      nodes.pods.start();
      nodes.executors.start();
      nodes.awaitSchedulable();
      return nodes;
    } catch (Exception e) {
      nodes.close();
      throw e;
    }
  }

  /** Makes the spec of a VMI one that comes to these nodes only. */
  public static void select(Map<String, Object> vmiSpec) {
    vmiSpec.put("nodeSelector", Map.of(LABEL, VALUE));
    vmiSpec.put(
        "tolerations", List.of(Map.of("key", TAINT, "operator", "Exists", "effect", "NoSchedule")));
  }

  /** When each VMI's Start came to its node, by its uid. */
  public Map<String, Instant> starts() {
    return executors.starts();
  }

  /** KWOK's process. */
  public long pid() {
    return kwok.pid();
  }

  private void register(String name) {
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
                        VALUE))
                .endMetadata()
                .withNewSpec()
                .addNewTaint("NoSchedule", TAINT, null, "fake")
                .endSpec()
                .withStatus(status())
                .build())
        .create();
  }

  private static NodeStatus status() {
    Map<String, Quantity> room = new LinkedHashMap<>();
    room.put("cpu", new Quantity("640"));
    room.put("memory", new Quantity("4Ti"));
    room.put("ephemeral-storage", new Quantity("1Ti"));
    room.put("pods", new Quantity("1000"));
    for (String device :
        List.of(
            "devices.vireo.io/launcher",
            "devices.kubevirt.io/kvm",
            "devices.kubevirt.io/tun",
            "devices.kubevirt.io/vhost-net")) {
      room.put(device, new Quantity("1000"));
    }
    return new NodeStatusBuilder().withCapacity(room).withAllocatable(room).build();
  }

  /** The label comes once the executor's heartbeat has gone all the way. */
  private void awaitSchedulable() throws InterruptedException {
    long deadline = System.nanoTime() + READY_MAX.toNanos();
    while (true) {
      long ready =
          client
              .nodes()
              .withLabel(LABEL, VALUE)
              .withLabel("kubevirt.io/schedulable", "true")
              .list()
              .getItems()
              .size();
      if (ready == names.size()) {
        return;
      }
      if (!kwok.isAlive()) {
        throw new IllegalStateException("KWOK ended; see kwok.log in the folder of logs");
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
    executors.close();
    pods.close();
    for (String name : names) {
      client.nodes().withName(name).delete();
      client.leases().inNamespace(LEASES).withName(name).delete();
    }
    kwok.close();
  }
}
