package io.vireo.cli.torture;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vireo.cli.Cluster;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.stack.StackClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sees all the while which QEMU and which parts run, which pods ran and which phases were shown.
 * Thread-safe.
 */
final class Eyes implements AutoCloseable {

  private static final long LOOK_MS = 150;
  private static final long END_MAX_MS = 5_000;

  private final StackClient stack;
  private final String prefix;
  private final Thread thread;
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  // All guarded by this.
  private final Map<String, Set<Qemus.Found>> qemus = new HashMap<>();
  private final Map<Long, String> parts = new HashMap<>();
  private final Map<String, String> phases = new HashMap<>();
  private final Map<String, Set<String>> ran = new HashMap<>();
  private final List<String> violations = new ArrayList<>();

  private Eyes(StackClient stack, String prefix) {
    this.stack = stack;
    this.prefix = prefix;
    this.thread = Thread.ofPlatform().daemon().name("torture-eyes").unstarted(this::watch);
  }

  /**
   * Begins to look.
   *
   * @param prefix of the names of this stack's VMIs; guests of other stacks run here too
   */
  static Eyes open(StackClient stack, KubernetesClient client, String prefix) {
    Eyes eyes = new Eyes(stack, prefix);
    eyes.informers.add(
        client
            .genericKubernetesResources(Cluster.VMI)
            .inNamespace(Life.NAMESPACE)
            .inform(new Handler<>(eyes::vmi)));
    eyes.informers.add(
        client
            .pods()
            .inNamespace(Life.NAMESPACE)
            .withLabel("kubevirt.io", "virt-launcher")
            .inform(new Handler<>(eyes::pod)));
    eyes.thread.start();
    return eyes;
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          look();
        } catch (IOException | UncheckedIOException e) {
          // A process ended while it was looked at.
          Thread.onSpinWait();
        }
        Thread.sleep(LOOK_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws IOException {
    Map<String, Set<Qemus.Found>> found = Qemus.now();
    found.keySet().removeIf(name -> !name.startsWith(prefix));
    Map<String, Optional<ManagedProcess.Identity>> processes = stack.processes();
    synchronized (this) {
      found.forEach((name, some) -> qemus.computeIfAbsent(name, n -> new HashSet<>()).addAll(some));
      processes.forEach((part, process) -> process.ifPresent(p -> parts.put(p.pid(), part)));
    }
  }

  private synchronized void vmi(GenericKubernetesResource vmi) {
    String phase = Cluster.status(vmi, "phase");
    String uid = Cluster.uid(vmi);
    String before = phases.getOrDefault(uid, "");
    if (!Phases.mayFollow(before, phase)) {
      violations.add(
          "VMI %s was shown %s after %s".formatted(vmi.getMetadata().getName(), phase, before));
    }
    if (!phase.equals(Phases.UNKNOWN)) {
      phases.put(uid, phase);
    }
  }

  private synchronized void pod(Pod pod) {
    Map<String, String> said = pod.getMetadata().getAnnotations();
    String uid = said == null ? null : said.get("vireo.io/vmi-uid");
    if (uid != null && pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase())) {
      String epoch = uid + " epoch " + said.get("vireo.io/epoch");
      Set<String> pods = ran.computeIfAbsent(epoch, e -> new HashSet<>());
      if (pods.add(pod.getMetadata().getUid()) && pods.size() > 1) {
        violations.add("VMI " + epoch + " had " + pods.size() + " launcher pods that ran");
      }
    }
  }

  /** Every QEMU that this VMI ever had. */
  synchronized Set<Qemus.Found> qemus(String vmi) {
    return Set.copyOf(qemus.getOrDefault(vmi, Set.of()));
  }

  /** Which part this process is, or was. */
  synchronized Optional<String> part(long pid) {
    return Optional.ofNullable(parts.get(pid));
  }

  /** What was seen that must not be, since the last time. */
  synchronized List<String> takeViolations() {
    List<String> all = new ArrayList<>(violations);
    qemus.forEach(
        (vmi, found) -> {
          if (found.size() > 1) {
            all.add("VMI " + vmi + " had more than one QEMU: " + found);
          }
        });
    violations.clear();
    qemus.values().removeIf(found -> found.size() > 1);
    return all;
  }

  @Override
  public void close() {
    thread.interrupt();
    informers.forEach(SharedIndexInformer::close);
    try {
      thread.join(END_MAX_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Handler<T>(Consumer<T> taker) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      taker.accept(object);
    }

    @Override
    public void onUpdate(T before, T object) {
      taker.accept(object);
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      taker.accept(object);
    }
  }
}
