package io.vireo.cli.bench.standin;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the kubelets of the nodes would say of launcher pods: each runs at once when it is bound, is
 * ready when its readiness gates are, ends when its guest has ended or it is deleted, and goes.
 */
final class StandInKubelet implements AutoCloseable, ResourceEventHandler<Pod> {

  private static final int THREADS = 4;

  private enum Life {
    RUNS,
    ENDS
  }

  private final KubernetesClient client;
  private final Set<String> nodes;
  private final ExecutorService workers = Executors.newFixedThreadPool(THREADS);
  private final Map<String, Life> lives = new ConcurrentHashMap<>();
  private final Map<String, Set<Consumer<String>>> waiting = new ConcurrentHashMap<>();
  private @Nullable SharedIndexInformer<Pod> informer;

  StandInKubelet(KubernetesClient client, List<String> nodes) {
    this.client = client;
    this.nodes = Set.copyOf(nodes);
  }

  void start() {
    informer =
        client
            .pods()
            .inAnyNamespace()
            .withLabel("kubevirt.io", "virt-launcher")
            .runnableInformer(0);
    informer.addEventHandler(this);
    informer.start();
  }

  /** Calls with the pod's uid once it runs, which may be at once. */
  void whenRunning(String podUid, Consumer<String> then) {
    waiting.computeIfAbsent(podUid, uid -> ConcurrentHashMap.newKeySet()).add(then);
    if (lives.get(podUid) == Life.RUNS) {
      tell(podUid);
    }
  }

  private void tell(String podUid) {
    Set<Consumer<String>> all = waiting.remove(podUid);
    if (all != null) {
      all.forEach(each -> each.accept(podUid));
    }
  }

  /** Its guest has ended, and so its launcher. */
  void end(String namespace, String name, String podUid) {
    lives.put(podUid, Life.ENDS);
    work(() -> patchStatus(namespace, name, ended()));
  }

  @Override
  public void onAdd(Pod pod) {
    seen(pod);
  }

  @Override
  public void onUpdate(Pod before, Pod pod) {
    seen(pod);
  }

  @Override
  public void onDelete(Pod pod, boolean deletedFinalStateUnknown) {
    lives.remove(pod.getMetadata().getUid());
    waiting.remove(pod.getMetadata().getUid());
  }

  private void seen(Pod pod) {
    String node = pod.getSpec().getNodeName();
    if (node == null || !nodes.contains(node)) {
      return;
    }
    String uid = pod.getMetadata().getUid();
    String namespace = pod.getMetadata().getNamespace();
    String name = pod.getMetadata().getName();
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      if (lives.put(uid, Life.ENDS) != Life.ENDS || isEnded(pod)) {
        work(() -> remove(namespace, name, pod));
      }
    } else if (!lives.containsKey(uid)) {
      lives.put(uid, Life.RUNS);
      work(
          () -> {
            patchStatus(namespace, name, running(pod, gatesAreOpen(pod)));
            tell(uid);
          });
    } else if (gatesAreOpen(pod) && !isReady(pod) && lives.get(uid) == Life.RUNS) {
      work(() -> patchStatus(namespace, name, running(pod, true)));
    }
  }

  private void remove(String namespace, String name, Pod pod) {
    if (!isEnded(pod)) {
      patchStatus(namespace, name, ended());
    }
    client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
  }

  private static boolean isEnded(Pod pod) {
    return "Succeeded".equals(pod.getStatus().getPhase());
  }

  private static boolean isReady(Pod pod) {
    return isTrue(pod, "Ready");
  }

  private static boolean gatesAreOpen(Pod pod) {
    return pod.getSpec().getReadinessGates() == null
        || pod.getSpec().getReadinessGates().stream()
            .allMatch(gate -> isTrue(pod, gate.getConditionType()));
  }

  private static boolean isTrue(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> type.equals(condition.getType()))
        .map(PodCondition::getStatus)
        .anyMatch("True"::equals);
  }

  private static Map<String, Object> running(Pod pod, boolean ready) {
    String now = Instant.now().toString();
    List<Map<String, Object>> containers = new ArrayList<>();
    pod.getSpec()
        .getContainers()
        .forEach(
            container -> {
              Map<String, Object> status = new LinkedHashMap<>();
              status.put("name", container.getName());
              status.put("image", container.getImage());
              status.put("imageID", container.getImage());
              status.put("containerID", "stand-in://" + pod.getMetadata().getUid());
              status.put("ready", true);
              status.put("started", true);
              status.put("restartCount", 0);
              status.put("state", Map.of("running", Map.of("startedAt", now)));
              containers.add(status);
            });
    return Map.of(
        "phase",
        "Running",
        "podIP",
        "192.0.2.1",
        "podIPs",
        List.of(Map.of("ip", "192.0.2.1")),
        "startTime",
        now,
        "containerStatuses",
        containers,
        "conditions",
        List.of(
            condition("Initialized", true, now),
            condition("ContainersReady", true, now),
            condition("Ready", ready, now)));
  }

  private static Map<String, Object> condition(String type, boolean holds, String now) {
    return Map.of("type", type, "status", holds ? "True" : "False", "lastTransitionTime", now);
  }

  private static Map<String, Object> ended() {
    String now = Instant.now().toString();
    Map<String, Object> terminated = new LinkedHashMap<>();
    terminated.put("exitCode", 0);
    terminated.put("reason", "Completed");
    terminated.put("startedAt", now);
    terminated.put("finishedAt", now);
    terminated.put("containerID", "stand-in://ended");
    return Map.of(
        "phase",
        "Succeeded",
        "containerStatuses",
        List.of(
            Map.of(
                "name",
                "compute",
                "image",
                "",
                "imageID",
                "",
                "ready",
                false,
                "restartCount",
                0,
                "state",
                Map.of("terminated", terminated))),
        "conditions",
        List.of(condition("Ready", false, now), condition("ContainersReady", false, now)));
  }

  private void patchStatus(String namespace, String name, Map<String, Object> status) {
    client
        .pods()
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            Serialization.asJson(Map.of("status", status)));
  }

  private void work(Runnable task) {
    try {
      workers.execute(
          () -> {
            try {
              task.run();
            } catch (KubernetesClientException e) {
              // A pod that is gone meanwhile; another change of it comes otherwise.
            }
          });
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  @Override
  public void close() {
    if (informer != null) {
      informer.stop();
    }
    workers.shutdownNow();
  }
}
