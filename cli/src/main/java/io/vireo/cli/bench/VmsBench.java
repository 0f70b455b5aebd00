package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.standin.StandInNodes;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Many VirtualMachines started at once, stopped at once and deleted at once: how long each takes,
 * and what is written to Kubernetes for it.
 */
public final class VmsBench {

  private static final String NAMESPACE = "default";
  private static final String LABEL = "vireo-bench-vm";
  private static final String GONE = "";
  private static final int CLIENTS = 8;
  private static final long LOOK_MS = 50;
  private static final Duration TELL = Duration.ofSeconds(5);
  private static final Duration EACH_MAX = Duration.ofSeconds(2);
  private static final Duration LEAST_MAX = Duration.ofMinutes(2);

  /** What follows the last change of an object, such as its Event, is counted with it. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private final Place place;
  private final Steps steps;

  /** A run on the stack of this place. */
  public VmsBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /**
   * Measures.
   *
   * @param count VirtualMachines
   * @param standIns nodes that are stood in for; 0 for real guests on the stack's own nodes
   * @throws Failure also when no stack runs
   */
  public FigureReport run(int count, int standIns) throws Exception {
    StackFile stack = place.running();
    Origin origin = Origin.now(place, stack);
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
      return CleanedUp.run(
          after -> {
            if (standIns > 0) {
              StandInNodes nodes =
                  new StandInNodes(place, client, place.kafka(stack, KafkaUsers.ADMIN), standIns);
              after.remove(nodes::close);
              nodes.start(steps);
            }
            after.remove(() -> Leftovers.remove(client, Cluster.VM, NAMESPACE, LABEL, steps::line));
            Path audit = place.state().root().resolve("audit");
            Run run = new Run(client, new AuditLog(audit), names(count), standIns > 0);
            return report(origin, count, standIns, run.phases(steps));
          });
    }
  }

  private static FigureReport report(
      Origin origin, int count, int standIns, List<VmsPhase> phases) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("VMs", "" + count);
    settings.put("stand-in nodes", "" + standIns);
    List<Section> sections = new ArrayList<>();
    sections.add(
        new Section(
            "times",
            "All at once, %s: from each request until it is shown"
                .formatted(standIns == 0 ? "real guests" : "on nodes that are stood in for"),
            phases.stream().map(VmsPhase::times).toList()));
    phases.forEach(phase -> sections.add(phase.writesPerVm()));
    return new FigureReport("vms", origin, settings, sections);
  }

  private static List<String> names(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "bench-vm-" + i).toList();
  }

  /** One run, with its watch. */
  private final class Run implements ResourceEventHandler<GenericKubernetesResource> {
    private final KubernetesClient client;
    private final AuditLog audit;
    private final List<String> names;
    private final boolean onStandIns;

    /** What each VirtualMachine shows, and since when, in nanoseconds of this JVM. */
    private final Map<String, String> shown = new ConcurrentHashMap<>();

    private final Map<String, Long> since = new ConcurrentHashMap<>();

    Run(KubernetesClient client, AuditLog audit, List<String> names, boolean onStandIns) {
      this.client = client;
      this.audit = audit;
      this.names = names;
      this.onStandIns = onStandIns;
    }

    List<VmsPhase> phases(Steps steps) throws Exception {
      GenericKubernetesResource template = template();
      List<VmsPhase> phases = new ArrayList<>();
      SharedIndexInformer<GenericKubernetesResource> informer =
          client
              .genericKubernetesResources(Cluster.VM)
              .inNamespace(NAMESPACE)
              .withLabel(LABEL)
              .inform(this);
      try {
        phases.add(phase(steps, "created", "Stopped", name -> create(template, name)));
        phases.add(phase(steps, "started", "Running", name -> strategy(name, "Always")));
        phases.add(phase(steps, "stopped", "Stopped", name -> strategy(name, "Halted")));
        phases.add(phase(steps, "started again", "Running", name -> strategy(name, "Always")));
        phases.add(phase(steps, "deleted", GONE, this::delete));
      } finally {
        informer.stop();
      }
      return phases;
    }

    private VmsPhase phase(Steps steps, String what, String until, Consumer<String> request)
        throws Exception {
      return steps.run(
          "%d VirtualMachines %s at once".formatted(names.size(), what),
          (Consumer<String> detail) -> {
            Instant from = Instant.now();
            Map<String, Long> asked = askAll(request);
            awaitAll(until, detail);
            Thread.sleep(SETTLE);
            List<Double> times =
                names.stream()
                    .map(
                        name ->
                            (Objects.requireNonNull(since.get(name))
                                    - Objects.requireNonNull(asked.get(name)))
                                / 1e6)
                    .toList();
            return new VmsPhase(what, times, audit.between(from, Instant.now()));
          });
    }

    /** Asks for all at the same time; gives when each was asked for. */
    private Map<String, Long> askAll(Consumer<String> request) throws Exception {
      Map<String, Long> asked = new ConcurrentHashMap<>();
      try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
        List<Future<?>> all = new ArrayList<>();
        for (String name : names) {
          all.add(
              clients.submit(
                  () -> {
                    asked.put(name, System.nanoTime());
                    request.accept(name);
                  }));
        }
        for (Future<?> each : all) {
          each.get();
        }
      }
      return asked;
    }

    private void awaitAll(String until, Consumer<String> detail) throws Exception {
      long max = Math.max(LEAST_MAX.toNanos(), EACH_MAX.toNanos() * names.size());
      long deadline = System.nanoTime() + max;
      long tell = System.nanoTime() + TELL.toNanos();
      while (true) {
        long there = names.stream().filter(n -> until.equals(shown.getOrDefault(n, GONE))).count();
        if (there == names.size() && since.keySet().containsAll(names)) {
          return;
        }
        long now = System.nanoTime();
        if (now > tell) {
          tell = now + TELL.toNanos();
          detail.accept("%d of %d".formatted(there, names.size()));
        }
        if (now > deadline) {
          throw new Failure(
              "%d of %d VirtualMachines came to be %s within %d s; see: %s"
                  .formatted(
                      there,
                      names.size(),
                      until.isEmpty() ? "gone" : until,
                      Duration.ofNanos(max).toSeconds(),
                      place.command("kubectl get vm,vmi,pod")));
        }
        Thread.sleep(LOOK_MS);
      }
    }

    @Override
    public void onAdd(GenericKubernetesResource vm) {
      show(vm.getMetadata().getName(), Cluster.status(vm, "printableStatus"));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource vm) {
      onAdd(vm);
    }

    @Override
    public void onDelete(GenericKubernetesResource vm, boolean unknown) {
      show(vm.getMetadata().getName(), GONE);
    }

    private void show(String name, String status) {
      if (!status.equals(shown.put(name, status))) {
        since.put(name, System.nanoTime());
      }
    }

    private void create(GenericKubernetesResource template, String name) {
      GenericKubernetesResource vm =
          Serialization.unmarshal(Serialization.asJson(template), GenericKubernetesResource.class);
      vm.getMetadata().setName(name);
      client.resource(vm).inNamespace(NAMESPACE).create();
    }

    private void strategy(String name, String runStrategy) {
      client
          .genericKubernetesResources(Cluster.VM)
          .inNamespace(NAMESPACE)
          .withName(name)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"runStrategy\":\"" + runStrategy + "\"}}");
    }

    private void delete(String name) {
      client.genericKubernetesResources(Cluster.VM).inNamespace(NAMESPACE).withName(name).delete();
    }

    private GenericKubernetesResource template() throws IOException {
      GenericKubernetesResource vm =
          Serialization.unmarshal(
              Files.readString(place.example("vm.yaml")), GenericKubernetesResource.class);
      vm.getMetadata().setLabels(Map.of(LABEL, "true"));
      Map<String, Object> spec = new HashMap<>(vm.<Map<String, Object>>get("spec"));
      spec.put("runStrategy", "Halted");
      vm.setAdditionalProperty("spec", spec);
      Map<String, Object> guest = vm.get("spec", "template", "spec");
      guest.put("terminationGracePeriodSeconds", 0);
      if (onStandIns) {
        StandInNodes.select(guest);
      }
      return vm;
    }
  }
}
