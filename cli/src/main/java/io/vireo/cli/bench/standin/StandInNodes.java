package io.vireo.cli.bench.standin;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.dev.controlplane.Binaries;
import io.vireo.schemas.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes without machines. From start to close each of them is ready, starts the pods that are bound
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

  private final Place place;
  private final KubernetesClient client;
  private final List<String> names;
  private final ReadyPods pods;
  private final StandInExecutors executors;
  private final List<String> made = new ArrayList<>();
  private @Nullable Kwok kwok;

  /**
   * Nothing is there before {@link #start}.
   *
   * @param kafka of an administrator of the broker, who may speak for every node
   */
  public StandInNodes(Place place, KubernetesClient client, KafkaConnection kafka, int count) {
    if (count < 1 || count > NODES_MAX) {
      throw new IllegalArgumentException(
          "Expected 1 to " + NODES_MAX + " nodes to stand in for, but got " + count);
    }
    this.place = place;
    this.client = client;
    this.names = IntStream.rangeClosed(1, count).mapToObj(i -> "stand-in-" + i).toList();
    this.pods = new ReadyPods(client);
    this.executors = new StandInExecutors(kafka, names, pods);
  }

  /**
   * Makes them and returns when Vireo schedules to each. At the first time KWOK is built, which
   * takes minutes.
   *
   * @throws Failure if there are such nodes already
   * @throws IllegalStateException if they are not taken for ready in time
   */
  public void start(Steps steps) throws Exception {
    steps.run(
        "standing in for " + names.size() + " nodes",
        (Consumer<String> detail) -> {
          start(detail);
          return this;
        });
  }

  private void start(Consumer<String> progress) throws Exception {
    if (!client.nodes().withLabel(LABEL, VALUE).list().getItems().isEmpty()) {
      throw new Failure(
          ("there are nodes with label %s=%s: another benchmark runs, or one was killed; then remove"
                  + " them with: %s")
              .formatted(
                  LABEL, VALUE, place.command("kubectl delete node -l " + LABEL + "=" + VALUE)));
    }
    Path programs =
        new Binaries(Binaries.defaultCache(), System.getenv())
            .resolve(List.of(Binaries.KWOK), progress);
    Kwok started =
        Kwok.start(
            programs.resolve(Binaries.KWOK),
            place.state().kubeconfig(),
            LABEL + "=" + VALUE,
            place.state().logs());
    kwok = started;
    executors.allow();
    for (String name : names) {
      made.add(name);
      register(name);
    }
    pods.start();
    executors.start();
    awaitSchedulable(started);
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

  /** KWOK's process, once it was started. */
  public long pid() {
    return Objects.requireNonNull(kwok).pid();
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
  private void awaitSchedulable(Kwok running) throws InterruptedException {
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
      if (!running.isAlive()) {
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

  /** Idempotent. */
  @Override
  public void close() {
    executors.close();
    pods.close();
    try {
      for (String name : made) {
        client.nodes().withName(name).delete();
        client.leases().inNamespace(LEASES).withName(name).delete();
      }
      made.clear();
    } finally {
      Kwok running = kwok;
      if (running != null) {
        running.close();
      }
    }
  }
}
