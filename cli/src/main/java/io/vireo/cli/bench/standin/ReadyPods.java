package io.vireo.cli.bench.standin;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which launcher pods are ready: a guest can be started in these. */
final class ReadyPods implements AutoCloseable, ResourceEventHandler<Pod> {

  private final KubernetesClient client;
  private final Set<String> ready = ConcurrentHashMap.newKeySet();
  private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();
  private @Nullable SharedIndexInformer<Pod> informer;

  ReadyPods(KubernetesClient client) {
    this.client = client;
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

  /** Does it once the pod is ready, which may be at once. */
  void whenReady(String podUid, Runnable then) {
    waiting.put(podUid, then);
    if (ready.contains(podUid)) {
      release(podUid);
    }
  }

  private void release(String podUid) {
    Runnable then = waiting.remove(podUid);
    if (then != null) {
      then.run();
    }
  }

  @Override
  public void onAdd(Pod pod) {
    String uid = pod.getMetadata().getUid();
    if (isReady(pod) && ready.add(uid)) {
      release(uid);
    }
  }

  @Override
  public void onUpdate(Pod before, Pod pod) {
    onAdd(pod);
  }

  @Override
  public void onDelete(Pod pod, boolean deletedFinalStateUnknown) {
    ready.remove(pod.getMetadata().getUid());
    waiting.remove(pod.getMetadata().getUid());
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"));
  }

  @Override
  public void close() {
    SharedIndexInformer<Pod> running = informer;
    if (running != null) {
      running.stop();
    }
  }
}
