package io.vireo.cli.bench.density;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Cluster;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.AuditLog;
import io.vireo.cli.bench.CleanedUp;
import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.Origin;
import io.vireo.cli.bench.Section;
import io.vireo.cli.bench.density.VmiMoments.Moment;
import io.vireo.cli.bench.standin.StandInNodes;
import io.vireo.cli.measure.JvmProfiles;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How fast a control plane brings VMIs to Running and away again, and what that costs. The nodes
 * are no machines: nothing of a guest's start is in it.
 */
public final class DensityBench {

  private static final String WATCH = "watch";

  /** What follows the last change of an object, such as its Event, is counted with it. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /** One does not meet code that was never run. */
  private static final int WARM_UP = 20;

  /**
   * What to measure.
   *
   * @param vmis how many
   * @param perSecond how many are asked for in a second; none for as fast as they are answered
   * @param profile where flame graphs of the stack's JVMs come to, of the time in which the VMIs
   *     start; none takes none
   */
  public record Options(int vmis, @Nullable Integer perSecond, @Nullable Path profile) {

    /** Without a profile. */
    public Options(int vmis, @Nullable Integer perSecond) {
      this(vmis, perSecond, null);
    }

    String rate() {
      return perSecond == null ? "max" : perSecond + "/s";
    }
  }

  private final Place place;
  private final Steps steps;

  /** Tells {@code steps} what it does. */
  public DensityBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /** Measures the stack that runs, on so many nodes that are stood in for. */
  public FigureReport run(Options options, int nodes) throws Exception {
    StackFile stack = place.running();
    KafkaConnection kafka = place.kafka(stack, KafkaUsers.ADMIN);
    Origin origin = Origin.now(place, stack);
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
      return CleanedUp.run(
          after -> {
            StandInNodes standIns = new StandInNodes(place, client, kafka, nodes);
            after.remove(standIns::close);
            standIns.start(steps);
            Costs costs = costs(stack, kafka, standIns);
            return measure(client, after, options, origin, Map.of("nodes", "" + nodes), costs);
          });
    }
  }

  private Costs costs(StackFile stack, KafkaConnection kafka, StandInNodes standIns) {
    Map<String, Long> others =
        Map.of(StackUsage.LOAD, ProcessHandle.current().pid(), StackUsage.KWOK, standIns.pid());
    return new Costs() {
      @Override
      public StackUsage usage() throws Exception {
        return StackUsage.now(stack, others, kafka);
      }

      @Override
      public AuditLog.Writes writes(Instant from, Instant until) throws IOException {
        return new AuditLog(place.state().root().resolve("audit")).between(from, until);
      }

      @Override
      public Map<String, Long> jvms() {
        return StackUsage.jvms(stack);
      }

      @Override
      public Map<String, Instant> starts() {
        return standIns.starts();
      }
    };
  }

  /**
   * Measures any control plane: only what Kubernetes' API shows. Its nodes are labelled, and
   * tainted, as KubeVirt's density test does.
   */
  public FigureReport run(Options options, Path kubeconfig) throws Exception {
    try (KubernetesClient client = Cluster.connect(kubeconfig)) {
      return CleanedUp.run(
          after -> measure(client, after, options, Origin.now(place), Map.of(), null));
    }
  }

  /** What only somebody who has the control plane's machine can say. */
  private interface Costs {
    StackUsage usage() throws Exception;

    AuditLog.Writes writes(Instant from, Instant until) throws IOException;

    /** Process numbers of its JVMs, by name. */
    Map<String, Long> jvms();

    /** When each VMI's Start came to its node, by uid. */
    Map<String, Instant> starts();
  }

  private FigureReport measure(
      KubernetesClient client,
      CleanedUp after,
      Options options,
      Origin origin,
      Map<String, String> more,
      @Nullable Costs costs)
      throws Exception {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("VMIs", "" + options.vmis());
    settings.put("rate", options.rate());
    settings.putAll(more);
    DensityLoad load = DensityLoad.of(client, place);
    after.remove(() -> load.close(steps::line));
    load.watch();
    steps.run(
        "warming up with " + WARM_UP + " VMIs",
        (Consumer<String> detail) -> {
          load.create("density-warm-up-", WARM_UP, null, detail);
          return load.delete(detail);
        });
    return new FigureReport("density", origin, settings, sections(load, options, costs));
  }

  private List<Section> sections(DensityLoad load, Options options, @Nullable Costs costs)
      throws Exception {
    List<Section> sections = new ArrayList<>();
    int count = options.vmis();
    Phase up =
        phase(
            "starting %d VMIs, %s".formatted(count, options.rate()),
            costs,
            detail -> start(load, options, costs, detail));
    if (costs != null) {
      load.see(Moment.START_RECEIVED, costs.starts());
    }
    sections.add(
        new Section(
            "start",
            "Start of each",
            Span.figures(
                up.vmis(),
                List.of(
                    new Span(
                        "createAnswered", Moment.REQUESTED, Moment.ANSWERED, "create answered"),
                    new Span(
                        "podCreated", Moment.REQUESTED, Moment.POD_CREATED, "create → pod created"),
                    new Span("scheduled", Moment.REQUESTED, Moment.SCHEDULED, "create → Scheduled"),
                    new Span("running", Moment.REQUESTED, Moment.RUNNING, "create → Running"),
                    new Span("bound", Moment.POD_CREATED, Moment.POD_BOUND, "pod created → bound"),
                    new Span(
                        "startReceived",
                        Moment.POD_BOUND,
                        Moment.START_RECEIVED,
                        "pod bound → StartDomain at the executor"),
                    new Span(
                        "readyToScheduled",
                        Moment.POD_READY,
                        Moment.SCHEDULED,
                        "pod ready → Scheduled with nodeName")))));
    Phase down = phase("deleting them all at once", costs, load::delete);
    sections.add(
        new Section(
            "deletion",
            "Deletion of each",
            Span.figures(
                down.vmis(),
                List.of(
                    new Span("gone", Moment.DELETE_REQUESTED, Moment.GONE, "delete → VMI gone"),
                    new Span(
                        "podGone",
                        Moment.DELETE_REQUESTED,
                        Moment.POD_GONE,
                        "delete → pod gone")))));
    sections.add(new Section("all", "All of them", all(up, down)));
    if (up.cost() != null && down.cost() != null) {
      sections.add(up.cost().writes().section("startWrites", "Writes for each start", count));
      sections.add(
          down.cost().writes().section("deletionWrites", "Writes for each deletion", count));
      sections.add(new Section("startCpu", "Processor time for each start", up.cost().cpu(count)));
      sections.add(
          new Section("deletionCpu", "Processor time for each deletion", down.cost().cpu(count)));
      sections.add(
          new Section(
              "topics",
              "Bytes on topics for each",
              List.of(
                  up.cost().topicBytes("start", count),
                  down.cost().topicBytes("deletion", count))));
      sections.add(
          new Section("memory", "Most memory of each process", down.cost().after().peaks()));
    }
    return sections;
  }

  private static List<VmiMoments> start(
      DensityLoad load, Options options, @Nullable Costs costs, Consumer<String> detail)
      throws Exception {
    Path folder = options.profile();
    if (folder == null || costs == null) {
      return load.create("density-", options.vmis(), options.perSecond(), detail);
    }
    JvmProfiles profiles = JvmProfiles.start(folder, costs.jvms());
    List<VmiMoments> all = load.create("density-", options.vmis(), options.perSecond(), detail);
    for (Path graph : profiles.stop()) {
      detail.accept("flame graph in " + graph);
    }
    return all;
  }

  /** From the first request until all are there. */
  private static List<Figure> all(Phase up, Phase down) {
    double running = seconds(up, Moment.REQUESTED, Moment.RUNNING);
    return List.of(
        whole(
            "allPodsCreated",
            "all pods created",
            seconds(up, Moment.REQUESTED, Moment.POD_CREATED)),
        whole("allScheduled", "all Scheduled", seconds(up, Moment.REQUESTED, Moment.SCHEDULED)),
        whole("allRunning", "all Running", running),
        Figure.of("rate", "VMIs to Running", Unit.PER_SECOND, WATCH, up.vmis().size() / running),
        whole("allGone", "all gone", seconds(down, Moment.DELETE_REQUESTED, Moment.GONE)));
  }

  private static Figure whole(String key, String title, double seconds) {
    return Figure.of(key, title, Unit.SECONDS, WATCH, seconds);
  }

  private static double seconds(Phase phase, Moment from, Moment until) {
    Instant first =
        phase.vmis().stream().map(vmi -> vmi.at(from)).min(Instant::compareTo).orElseThrow();
    Instant last =
        phase.vmis().stream().map(vmi -> vmi.at(until)).max(Instant::compareTo).orElseThrow();
    return Duration.between(first, last).toNanos() / 1e9;
  }

  /** What was done to all VMIs, and what it cost where somebody can say. */
  private record Phase(List<VmiMoments> vmis, @Nullable Cost cost) {}

  private record Cost(StackUsage before, StackUsage after, AuditLog.Writes writes) {
    List<Figure> cpu(int count) {
      return after.cpuSince(before, Unit.MILLISECONDS, 1.0 / count);
    }

    Figure topicBytes(String what, int count) {
      return Figure.of(
          what,
          what + ", changelogs included",
          Unit.KIBIBYTES,
          "the broker's log folders",
          after.topicKibSince(before) / count);
    }
  }

  private Phase phase(String title, @Nullable Costs costs, Steps.Work<List<VmiMoments>> work)
      throws Exception {
    if (costs == null) {
      return new Phase(steps.run(title, work), null);
    }
    Instant from = Instant.now();
    StackUsage before = costs.usage();
    List<VmiMoments> vmis = steps.run(title, work);
    Thread.sleep(SETTLE);
    return new Phase(vmis, new Cost(before, costs.usage(), costs.writes(from, Instant.now())));
  }
}
