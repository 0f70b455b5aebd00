package io.vireo.cli.bench.density;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.CleanedUp;
import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.Origin;
import io.vireo.cli.bench.Section;
import io.vireo.cli.bench.density.VmiMoments.Moment;
import io.vireo.cli.measure.DomainWatch;
import io.vireo.cli.measure.PodMemory;
import io.vireo.cli.measure.Processes;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Real guests on the stack's own nodes, of either runtime: how soon they run, how soon they are
 * gone, and what each takes beyond its own memory.
 */
public final class RealBench {

  /** The first on a node finds out about its QEMU. */
  private static final int WARM_UP = 1;

  private static final Duration RECORD_MAX = Duration.ofSeconds(10);
  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final long LOOK_MS = 10;

  private static final List<Span> SPANS =
      List.of(
          new Span("podCreated", Moment.REQUESTED, Moment.POD_CREATED, "create → pod created"),
          new Span(
              "domainRunning", Moment.REQUESTED, Moment.DOMAIN_RUNNING, "create → domain running"),
          new Span("running", Moment.REQUESTED, Moment.RUNNING, "create → phase Running"),
          new Span("gone", Moment.DELETE_REQUESTED, Moment.GONE, "delete → VMI gone"),
          new Span("podGone", Moment.DELETE_REQUESTED, Moment.POD_GONE, "delete → pod gone"));

  private final Place place;
  private final Steps steps;

  /** Tells {@code steps} what it does. */
  public RealBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /**
   * Measures the stack that runs.
   *
   * @param vmis one after another
   * @param together then so many at once
   */
  public FigureReport run(int vmis, int together) throws Exception {
    StackFile stack = place.running();
    Origin origin = Origin.now(place, stack);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("runtime", Files.exists(place.state().networkFile()) ? "kubelet" : "processes");
    settings.put("VMIs", "" + vmis);
    settings.put("at once", "" + together);
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig());
        DomainWatch domains = DomainWatch.start(place.kafka(stack, KafkaAccess.OPERATOR))) {
      return CleanedUp.run(
          after -> {
            DensityLoad load = DensityLoad.onAnyNode(client, place);
            after.remove(() -> load.close(steps::line));
            load.watch();
            steps.run(
                "warming up",
                (Consumer<String> detail) -> oneByOne("warm-up-", WARM_UP, load, domains, detail));
            List<VmiMoments> single =
                steps.run(
                    "starting %d guests, one after another".formatted(vmis),
                    (Consumer<String> detail) -> oneByOne("real-", vmis, load, domains, detail));
            List<PodMemory> memory = new ArrayList<>();
            List<VmiMoments> many =
                steps.run(
                    "starting %d guests at once".formatted(together),
                    (Consumer<String> detail) -> atOnce(together, load, domains, memory, detail));
            return new FigureReport(
                "real",
                origin,
                settings,
                List.of(
                    new Section("single", "One after another", Span.figures(single, SPANS)),
                    new Section("together", "At once", Span.figures(many, SPANS)),
                    new Section("memory", "Memory of each of those at once", of(memory))));
          });
    }
  }

  private static List<VmiMoments> oneByOne(
      String prefix, int count, DensityLoad load, DomainWatch domains, Consumer<String> detail)
      throws Exception {
    List<VmiMoments> all = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      List<VmiMoments> one = load.create(prefix + i + "-", 1, null, text -> {});
      awaitRecords(one, load, domains);
      all.addAll(load.delete(text -> {}));
      detail.accept(
          "%d of %d: %.0f ms"
              .formatted(
                  i, count, one.getFirst().millis(Moment.REQUESTED, Moment.RUNNING).orElse(0)));
    }
    return all;
  }

  private static List<VmiMoments> atOnce(
      int count,
      DensityLoad load,
      DomainWatch domains,
      List<PodMemory> memory,
      Consumer<String> detail)
      throws Exception {
    List<VmiMoments> all = load.create("real-", count, null, detail);
    awaitRecords(all, load, domains);
    detail.accept("all are Running");
    Thread.sleep(SETTLE);
    for (String uid : load.uids()) {
      memory.add(memory(uid, load.guestMemoryKib()));
    }
    load.delete(detail);
    return all;
  }

  private static PodMemory memory(String uid, long guestMemoryKib) throws IOException, Failure {
    return PodMemory.of(uid, guestMemoryKib, Processes::sameNamespace);
  }

  /** They run, so each was reported; the watch of reports may be a little behind. */
  private static void awaitRecords(List<VmiMoments> vmis, DensityLoad load, DomainWatch domains)
      throws Failure, InterruptedException {
    long deadline = System.nanoTime() + RECORD_MAX.toNanos();
    while (true) {
      load.see(Moment.DOMAIN_RUNNING, domains.running());
      if (vmis.stream().allMatch(vmi -> vmi.has(Moment.DOMAIN_RUNNING))) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new Failure(
            "a VMI runs, but no record of its domain was seen within "
                + RECORD_MAX.toSeconds()
                + " s");
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private static List<Figure> of(List<PodMemory> memory) {
    String pss = "PSS of the pod's processes";
    return List.of(
        figure(
            "overhead",
            "beyond the guest's and translated code",
            pss,
            memory,
            m -> m.overheadMib()),
        figure("guest", "the guest's, as far as touched", pss, memory, m -> m.guestMib()),
        figure(
            "translation", "translated code (none with KVM)", pss, memory, m -> m.translationMib()),
        figure("launcher", "launcher's Java", "its resident set", memory, m -> m.launcherRssMib()));
  }

  private static Figure figure(
      String key,
      String title,
      String source,
      List<PodMemory> memory,
      ToDoubleFunction<PodMemory> value) {
    return Figure.of(
        key, title, Unit.MEBIBYTES, source, memory.stream().map(value::applyAsDouble).toList());
  }
}
