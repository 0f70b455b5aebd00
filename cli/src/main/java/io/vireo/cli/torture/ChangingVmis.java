package io.vireo.cli.torture;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.vireo.cli.Cluster;
import io.vireo.schemas.Partitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** VMIs that no node can take, of every partition, whose labels change all the time. */
final class ChangingVmis implements AutoCloseable {

  private static final int MAX = 100;
  private static final String NO_NODE = Life.onNode("nowhere");
  // Each of twelve partitions several times a second.
  private static final long PAUSE_MS = 15;
  private static final Duration BEGIN_MAX = Duration.ofMinutes(2);
  private static final Duration END_MAX = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final int partitions;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Thread thread;
  private final List<String> names = new ArrayList<>();

  ChangingVmis(KubernetesClient client, int partitions) {
    this.client = client;
    this.partitions = partitions;
    this.thread = Thread.ofPlatform().daemon().name("changing-vmis").unstarted(this::change);
  }

  /** Makes as many as it takes to have one in each partition, and begins to change those. */
  void start(Decisions decisions) throws Broken, InterruptedException {
    Map<Integer, String> byPartition = new HashMap<>();
    for (int i = 0; byPartition.size() < partitions && i < MAX; i++) {
      Life life = new Life(client, "changing-" + i);
      life.apply(Life.yaml(life.name(), 0, NO_NODE, false));
      if (byPartition.putIfAbsent(Partitions.of(life.uid(), partitions), life.name()) != null) {
        life.delete();
      }
    }
    if (byPartition.size() < partitions) {
      throw new Broken("Expected VMIs of all partitions among " + MAX + ", but got " + byPartition);
    }
    names.addAll(byPartition.values());
    thread.start();
    decisions.awaitAll(decisions.all(), System.currentTimeMillis(), BEGIN_MAX);
  }

  private void change() {
    try {
      for (long n = 0; !stopping.get(); n++) {
        String name = names.get((int) (n % names.size()));
        try {
          client
              .genericKubernetesResources(Cluster.VMI)
              .inNamespace(Life.NAMESPACE)
              .withName(name)
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  "{\"metadata\":{\"labels\":{\"torture\":\"n" + n + "\"}}}");
        } catch (KubernetesClientException e) {
          // The next change comes at once.
          Thread.onSpinWait();
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping.set(true);
    try {
      thread.join(END_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
