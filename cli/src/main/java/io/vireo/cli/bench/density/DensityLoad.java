package io.vireo.cli.bench.density;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.bench.Leftovers;
import io.vireo.cli.bench.density.VmiMoments.Moment;
import io.vireo.cli.bench.standin.StandInNodes;
import io.vireo.cli.measure.PodMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes VMIs at a rate, sees by watches how far each is, and deletes them. All it knows is {@code
 * kubevirt.io/v1} and that a launcher pod is labelled with its VMI's uid.
 */
final class DensityLoad {

  private static final String NAMESPACE = "default";
  private static final String LABEL = "vireo-bench-density";
  private static final String CREATED_BY = "kubevirt.io/created-by";
  private static final int CLIENTS = 8;
  private static final long LOOK_MS = 50;
  private static final long TELL_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration LEAST_MAX = Duration.ofMinutes(3);
  private static final Duration EACH_MAX = Duration.ofMillis(500);

  private final KubernetesClient client;
  private final GenericKubernetesResource template;
  private final ConcurrentMap<String, String> uids = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, VmiMoments> byUid = new ConcurrentHashMap<>();

  private final List<SharedIndexInformer<?>> watches = new ArrayList<>();

  private DensityLoad(KubernetesClient client, GenericKubernetesResource template) {
    this.client = client;
    this.template = template;
  }

  /** Its VMIs are like the small example, on nodes that are stood in for. */
  static DensityLoad of(KubernetesClient client, Place place) throws IOException {
    return of(client, place, StandInNodes::select);
  }

  /** Its VMIs are like the small example, on any node. */
  static DensityLoad onAnyNode(KubernetesClient client, Place place) throws IOException {
    return of(client, place, spec -> {});
  }

  private static DensityLoad of(
      KubernetesClient client, Place place, Consumer<Map<String, Object>> selection)
      throws IOException {
    GenericKubernetesResource vmi =
        Serialization.unmarshal(
            Files.readString(place.example("tiny.yaml")), GenericKubernetesResource.class);
    Map<String, Object> spec = new HashMap<>(vmi.<Map<String, Object>>get("spec"));
    spec.put("terminationGracePeriodSeconds", 0);
    selection.accept(spec);
    vmi.setAdditionalProperty("spec", spec);
    vmi.getMetadata().setLabels(Map.of(LABEL, "true"));
    return new DensityLoad(client, vmi);
  }

  /** Begins to see what is made from now on. */
  void watch() {
    watches.add(
        client
            .genericKubernetesResources(Cluster.VMI)
            .inNamespace(NAMESPACE)
            .withLabel(LABEL)
            .inform(new Eyes<>(this::vmi, this::vmiGone)));
    watches.add(
        client
            .pods()
            .inNamespace(NAMESPACE)
            .withLabel("kubevirt.io", "virt-launcher")
            .inform(new Eyes<>(this::pod, this::podGone)));
  }

  /** Tells of every change. */
  private record Eyes<T>(Consumer<T> is, Consumer<T> gone) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      is.accept(object);
    }

    @Override
    public void onUpdate(T before, T object) {
      is.accept(object);
    }

    @Override
    public void onDelete(T object, boolean deletedFinalStateUnknown) {
      gone.accept(object);
    }
  }

  /**
   * Makes so many and waits until all run.
   *
   * @param perSecond none for as fast as eight clients are answered
   * @return what was seen of each
   */
  List<VmiMoments> create(
      String prefix, int count, @Nullable Integer perSecond, Consumer<String> detail)
      throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      names.add(prefix + i);
    }
    ask(names, perSecond, this::create);
    List<VmiMoments> all = all();
    await(all, "Running", each -> each.has(Moment.RUNNING), detail);
    return all;
  }

  /** Deletes all that were made, and waits until they and their pods are gone. */
  List<VmiMoments> delete(Consumer<String> detail) throws Exception {
    ask(List.copyOf(uids.keySet()), null, this::delete);
    List<VmiMoments> all = all();
    await(
        all,
        "gone",
        each ->
            each.has(Moment.GONE) && (each.has(Moment.POD_GONE) || !each.has(Moment.POD_CREATED)),
        detail);
    uids.clear();
    byUid.clear();
    return all;
  }

  /** Of the VMIs that there are. */
  Set<String> uids() {
    return Set.copyOf(uids.values());
  }

  /** What each guest is promised. */
  long guestMemoryKib() {
    return PodMemory.guestKib(template);
  }

  private List<VmiMoments> all() {
    return uids.values().stream().map(this::of).toList();
  }

  /** A watch may tell of it before the request for it is answered. */
  private VmiMoments of(String uid) {
    return byUid.computeIfAbsent(uid, key -> new VmiMoments());
  }

  private void create(String name) {
    GenericKubernetesResource vmi =
        Serialization.unmarshal(Serialization.asJson(template), GenericKubernetesResource.class);
    vmi.getMetadata().setName(name);
    Instant requested = Instant.now();
    String uid = Cluster.uid(client.resource(vmi).inNamespace(NAMESPACE).create());
    of(uid).see(Moment.REQUESTED, requested);
    of(uid).see(Moment.ANSWERED, Instant.now());
    uids.put(name, uid);
  }

  private void delete(String name) {
    of(Objects.requireNonNull(uids.get(name))).see(Moment.DELETE_REQUESTED, Instant.now());
    client.genericKubernetesResources(Cluster.VMI).inNamespace(NAMESPACE).withName(name).delete();
  }

  /** So many clients ask; with a rate, each request waits until it is due. */
  private static void ask(List<String> names, @Nullable Integer perSecond, Consumer<String> request)
      throws ExecutionException, InterruptedException {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> all = new ArrayList<>();
      long begin = System.nanoTime();
      for (String name : names) {
        if (perSecond != null) {
          long due = begin + all.size() * Duration.ofSeconds(1).toNanos() / perSecond;
          Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        }
        all.add(clients.submit(() -> request.accept(name)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  private void await(
      List<VmiMoments> all, String what, Predicate<VmiMoments> is, Consumer<String> detail)
      throws Failure, InterruptedException {
    long max = Math.max(LEAST_MAX.toNanos(), EACH_MAX.toNanos() * all.size());
    long deadline = System.nanoTime() + max;
    long tell = System.nanoTime() + TELL_NANOS;
    while (true) {
      long there = all.stream().filter(is).count();
      if (there == all.size()) {
        return;
      }
      long now = System.nanoTime();
      if (now > deadline) {
        throw new Failure(
            "%d of %d VMIs came to be %s within %d s; see: kubectl get vmi,pod --namespace %s"
                .formatted(there, all.size(), what, Duration.ofNanos(max).toSeconds(), NAMESPACE));
      }
      if (now > tell) {
        tell = now + TELL_NANOS;
        detail.accept("%d of %d are %s".formatted(there, all.size(), what));
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private void vmi(GenericKubernetesResource vmi) {
    Instant now = Instant.now();
    VmiMoments moments = of(Cluster.uid(vmi));
    String phase = Cluster.status(vmi, "phase");
    boolean placed = !Cluster.status(vmi, "nodeName").isEmpty();
    if (placed && (phase.equals("Scheduled") || phase.equals("Running"))) {
      moments.see(Moment.SCHEDULED, now);
    }
    if (phase.equals("Running")) {
      moments.see(Moment.RUNNING, now);
    }
  }

  private void vmiGone(GenericKubernetesResource vmi) {
    of(Cluster.uid(vmi)).see(Moment.GONE, Instant.now());
  }

  private void pod(Pod pod) {
    Instant now = Instant.now();
    VmiMoments moments = of(ownerUid(pod));
    moments.see(Moment.POD_CREATED, now);
    if (pod.getSpec().getNodeName() != null) {
      moments.see(Moment.POD_BOUND, now);
    }
    if (pod.getStatus().getConditions().stream()
        .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"))) {
      moments.see(Moment.POD_READY, now);
    }
  }

  private void podGone(Pod pod) {
    of(ownerUid(pod)).see(Moment.POD_GONE, Instant.now());
  }

  private static String ownerUid(Pod pod) {
    return pod.getMetadata().getLabels().getOrDefault(CREATED_BY, "");
  }

  /** Adds what somebody else saw, by the VMI's uid. */
  void see(Moment moment, Map<String, Instant> byVmi) {
    uids.values()
        .forEach(
            uid -> {
              Instant at = byVmi.get(uid);
              if (at != null) {
                of(uid).see(moment, at);
              }
            });
  }

  /**
   * Removes what is left, and sees no more.
   *
   * @param note told when something may be left
   */
  void close(Consumer<String> note) {
    try {
      Leftovers.remove(client, Cluster.VMI, NAMESPACE, LABEL, note);
    } finally {
      watches.forEach(SharedIndexInformer::stop);
    }
  }
}
