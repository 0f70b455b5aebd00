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
import io.vireo.cli.bench.standin.StandInNodes;
import io.vireo.cli.measure.Loopback;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What many VMIs cost while nothing happens. */
public final class RestBench {

  private static final double KIB = 1024;

  /** Caches of the JVMs and what the starts left to do. */
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private final Place place;
  private final Steps steps;

  /** Tells {@code steps} what it does. */
  public RestBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /** Measures the stack that runs for so long, with so many VMIs on nodes that are stood in for. */
  public FigureReport run(int vmis, int nodes, Duration time) throws Exception {
    StackFile stack = place.running();
    KafkaConnection kafka = place.kafka(stack, KafkaUsers.ADMIN);
    Origin origin = Origin.now(place, stack);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("VMIs", "" + vmis);
    settings.put("nodes", "" + nodes);
    settings.put("seconds", "" + time.toSeconds());
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
      return CleanedUp.run(
          after -> {
            StandInNodes standIns = new StandInNodes(place, client, kafka, nodes);
            after.remove(standIns::close);
            standIns.start(steps);
            DensityLoad load = DensityLoad.of(client, place);
            after.remove(() -> load.close(steps::line));
            load.watch();
            steps.run(
                "starting " + vmis + " VMIs",
                (Consumer<String> detail) -> load.create("rest-", vmis, null, detail));
            Map<String, Long> others =
                Map.of(
                    StackUsage.LOAD,
                    ProcessHandle.current().pid(),
                    StackUsage.KWOK,
                    standIns.pid());
            List<Section> sections =
                steps.run(
                    "doing nothing for " + time.toSeconds() + " s",
                    (Consumer<String> detail) -> rest(stack, others, kafka, time));
            steps.run("deleting them", (Consumer<String> detail) -> load.delete(detail));
            return new FigureReport("rest", origin, settings, sections);
          });
    }
  }

  private List<Section> rest(
      StackFile stack, Map<String, Long> others, KafkaConnection kafka, Duration time)
      throws Exception {
    Thread.sleep(SETTLE);
    Instant from = Instant.now();
    StackUsage before = StackUsage.now(stack, others, kafka);
    long bytesBefore = Loopback.bytes();
    Thread.sleep(time);
    long bytes = Loopback.bytes() - bytesBefore;
    StackUsage after = StackUsage.now(stack, others, kafka);
    Instant until = Instant.now();
    AuditLog audit = new AuditLog(place.state().root().resolve("audit"));
    double minutes = Duration.between(from, until).toMillis() / 60_000.0;
    return List.of(
        new Section(
            "cpu",
            "Of one processor",
            after.cpuSince(before, Unit.PERCENT, 100.0 / Duration.between(from, until).toMillis())),
        new Section(
            "bytes",
            "Bytes a minute",
            List.of(
                Figure.of(
                    "topics",
                    "added to Vireo's topics, changelogs included",
                    Unit.KIBIBYTES,
                    "the broker's log folders",
                    after.topicKibSince(before) / minutes),
                Figure.of(
                    "network",
                    "over the loopback device, of all that runs on the machine",
                    Unit.KIBIBYTES,
                    "/proc/net/dev",
                    bytes / KIB / minutes))),
        audit.withReads(from, until).section("requests", "Kubernetes requests a minute", minutes),
        new Section("memory", "Most memory of each process", after.peaks()));
  }
}
