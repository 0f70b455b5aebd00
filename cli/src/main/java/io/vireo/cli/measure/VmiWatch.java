package io.vireo.cli.measure;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sees one VMI and its pods by watches, and when. */
public final class VmiWatch implements AutoCloseable {

  private static final Duration RECHECK = Duration.ofMillis(500);
  private static final String POD_NAME = "virt-launcher-";

  private final String name;
  private final List<Watch> watches = new ArrayList<>();

  // All guarded by this; every change wakes who waits.
  private final Map<String, Instant> phases = new HashMap<>();
  private final Set<String> pods = new HashSet<>();
  private final Set<String> podsGone = new HashSet<>();
  private @Nullable GenericKubernetesResource vmi;
  private @Nullable Instant podCreated;
  private @Nullable Instant bound;
  private @Nullable String node;
  private boolean vmiGone;
  private @Nullable String broken;

  private VmiWatch(String name) {
    this.name = name;
  }

  /** Watches before there is anything to see. */
  public static VmiWatch start(KubernetesClient client, String namespace, String name) {
    VmiWatch watch = new VmiWatch(name);
    watch.watches.add(
        client
            .genericKubernetesResources(Cluster.VMI)
            .inNamespace(namespace)
            .watch(watch.new Eyes<>(watch::vmiChanged)));
    watch.watches.add(
        client
            .pods()
            .inNamespace(namespace)
            .withLabel("kubevirt.io", "virt-launcher")
            .watch(watch.new Eyes<>(watch::podChanged)));
    return watch;
  }

  /** What to do with one change. */
  @FunctionalInterface
  private interface Change<T> {
    void apply(Watcher.Action action, T object);
  }

  /** Takes a watch's changes one at a time. */
  private final class Eyes<T> implements Watcher<T> {
    private final Change<T> change;

    Eyes(Change<T> change) {
      this.change = change;
    }

    @Override
    public void eventReceived(Action action, T resource) {
      synchronized (VmiWatch.this) {
        change.apply(action, resource);
        VmiWatch.this.notifyAll();
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      synchronized (VmiWatch.this) {
        broken = cause.getMessage();
        VmiWatch.this.notifyAll();
      }
    }
  }

  private void vmiChanged(Watcher.Action action, GenericKubernetesResource object) {
    if (!name.equals(object.getMetadata().getName())) {
      return;
    }
    vmi = object;
    String phase = Cluster.status(object, "phase");
    if (!phase.isEmpty()) {
      phases.putIfAbsent(phase, Instant.now());
    }
    vmiGone = action == Watcher.Action.DELETED;
  }

  private void podChanged(Watcher.Action action, Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    String podName = pod.getMetadata().getName();
    if (!name.equals(labels.get("vm.kubevirt.io/name"))
        && !podName.startsWith(POD_NAME + name + "-")) {
      return;
    }
    pods.add(podName);
    if (podCreated == null) {
      podCreated = Instant.now();
    }
    if (bound == null && pod.getSpec().getNodeName() != null) {
      bound = Instant.now();
      node = pod.getSpec().getNodeName();
    }
    if (action == Watcher.Action.DELETED) {
      podsGone.add(podName);
    }
  }

  /**
   * Waits until there is something to see.
   *
   * @throws Failure when the VMI fails first, the watch breaks, or the time is over
   */
  public synchronized <T> T await(String what, Instant until, Supplier<Optional<T>> sight)
      throws Failure, InterruptedException {
    while (true) {
      Optional<T> seen = sight.get();
      if (seen.isPresent()) {
        return seen.get();
      }
      if (broken != null) {
        throw new Failure("the watch broke: " + broken);
      }
      long left = Duration.between(Instant.now(), until).toMillis();
      if (left <= 0) {
        throw new Failure(what + " was not seen in time; " + describe());
      }
      wait(Math.min(left, RECHECK.toMillis()));
    }
  }

  /** When it was first seen; empty until then. A VMI that has ended will not get there. */
  public synchronized Optional<Instant> phase(String phase) {
    return Optional.ofNullable(phases.get(phase));
  }

  /** How the VMI ended, for people; empty while it has not. */
  public synchronized Optional<String> ended() {
    return phases.containsKey("Failed") || phases.containsKey("Succeeded")
        ? Optional.of(describe())
        : Optional.empty();
  }

  /** When its first pod was seen. */
  public synchronized Optional<Instant> podCreated() {
    return Optional.ofNullable(podCreated);
  }

  /** When a pod of it was first seen on a node. */
  public synchronized Optional<Instant> bound() {
    return Optional.ofNullable(bound);
  }

  /** That node. */
  public synchronized Optional<String> node() {
    return Optional.ofNullable(node);
  }

  /** All pods that were seen. */
  public synchronized Set<String> podNames() {
    return Set.copyOf(pods);
  }

  /** Whether the VMI and all its pods are deleted. */
  public synchronized boolean isGone() {
    return vmiGone && podsGone.containsAll(pods);
  }

  /** Where it stands, for people. */
  public synchronized String describe() {
    GenericKubernetesResource last = vmi;
    if (last == null) {
      return "the VMI " + name + " was not seen";
    }
    StringBuilder text = new StringBuilder("the VMI " + name + " is ");
    text.append(Cluster.status(last, "phase").isEmpty() ? "new" : Cluster.status(last, "phase"));
    if (last.get("status", "conditions") instanceof List<?> conditions) {
      for (Object element : conditions) {
        if (element instanceof Map<?, ?> condition && "False".equals(condition.get("status"))) {
          text.append(
              "; %s is False (%s): %s"
                  .formatted(
                      condition.get("type"), condition.get("reason"), condition.get("message")));
        }
      }
    }
    Set<String> left = new HashSet<>(pods);
    left.removeAll(podsGone);
    return text.append(vmiGone ? "; it is deleted" : "").append("; pods: ").append(left).toString();
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
