package io.vireo.cli.bench.density;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.CleanedUp;
import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.Origin;
import io.vireo.cli.bench.Section;
import io.vireo.cli.bench.density.VmiMoments.Moment;
import io.vireo.cli.bench.standin.StandInNodes;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One VMI at a time in a system that does nothing else: how long each hop of its start takes. */
public final class ReactionBench {

  private static final int WARM_UP = 20;
  private static final int TELL_EACH = 50;
  private static final Duration RECORDS_MAX = Duration.ofSeconds(10);
  private static final long LOOK_MS = 10;

  /** What came of the one before is over, and nothing is warm from it but code. */
  private static final Duration REST = Duration.ofMillis(200);

  private static final List<Span> HOPS =
      List.of(
          new Span(
              "ingest",
              Moment.REQUESTED,
              Moment.DESIRED_RECORD,
              "admission, API server, watch, ingest: vireo.vmi.desired.v1"),
          new Span(
              "decision",
              Moment.DESIRED_RECORD,
              Moment.CREATE_COMMAND,
              "scheduler: CreateLauncherPod on vireo.cluster.commands.v1"),
          new Span(
              "podCreated",
              Moment.CREATE_COMMAND,
              Moment.POD_CREATED,
              "commit, cluster-executor, API server: pod created"),
          new Span("bound", Moment.POD_CREATED, Moment.POD_BOUND, "kube-scheduler: pod bound"),
          new Span(
              "podObserved",
              Moment.POD_BOUND,
              Moment.POD_RECORD,
              "ingest: vireo.pod.observed.v1 with the node"),
          new Span(
              "startDecision",
              Moment.POD_RECORD,
              Moment.START_COMMAND,
              "scheduler: StartDomain on vireo.node.commands.v1"),
          new Span(
              "dispatch",
              Moment.START_COMMAND,
              Moment.NODE_RECORD,
              "commit, dispatcher: the node's topic"),
          new Span(
              "received",
              Moment.NODE_RECORD,
              Moment.START_RECEIVED,
              "StartDomain at the executor"));

  private static final List<Span> WHOLE =
      List.of(
          new Span("create", Moment.REQUESTED, Moment.POD_CREATED, "create → pod created"),
          new Span(
              "start",
              Moment.POD_BOUND,
              Moment.START_RECEIVED,
              "pod bound → StartDomain at the executor"),
          new Span(
              "readyToScheduled",
              Moment.POD_READY,
              Moment.SCHEDULED,
              "pod ready → Scheduled with nodeName"),
          new Span("running", Moment.REQUESTED, Moment.RUNNING, "create → Running"),
          new Span("gone", Moment.DELETE_REQUESTED, Moment.GONE, "delete → VMI gone"));

  private final Place place;
  private final Steps steps;

  /** Tells {@code steps} what it does. */
  public ReactionBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /** Measures the stack that runs, with so many VMIs on so many nodes that are stood in for. */
  public FigureReport run(int vmis, int nodes) throws Exception {
    StackFile stack = place.running();
    KafkaConnection kafka = place.kafka(stack, KafkaUsers.ADMIN);
    Origin origin = Origin.now(place, stack);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("VMIs", "" + vmis);
    settings.put("nodes", "" + nodes);
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
      return CleanedUp.run(
          after -> {
            StandInNodes standIns = new StandInNodes(place, client, kafka, nodes);
            after.remove(standIns::close);
            standIns.start(steps);
            RecordWatch records = RecordWatch.start(kafka);
            after.remove(records::close);
            DensityLoad load = DensityLoad.of(client, place);
            after.remove(() -> load.close(steps::line));
            load.watch();
            steps.run(
                "warming up with " + WARM_UP + " VMIs",
                (Consumer<String> detail) -> one(WARM_UP, load, records, standIns, detail));
            List<VmiMoments> seen =
                steps.run(
                    "starting %d VMIs, one after another".formatted(vmis),
                    (Consumer<String> detail) -> one(vmis, load, records, standIns, detail));
            return new FigureReport(
                "reaction",
                origin,
                settings,
                List.of(
                    new Section(
                        "hops",
                        "Hops, one after another",
                        Span.figures(seen, HOPS, "timestamps of records, watch")),
                    new Section("whole", "As a whole", Span.figures(seen, WHOLE))));
          });
    }
  }

  private static List<VmiMoments> one(
      int count,
      DensityLoad load,
      RecordWatch records,
      StandInNodes standIns,
      Consumer<String> detail)
      throws Exception {
    List<VmiMoments> all = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      VmiMoments vmi = load.create("reaction-" + i + "-", 1, null, text -> {}).getFirst();
      awaitRecords(vmi, load, records, standIns);
      Thread.sleep(REST);
      all.addAll(load.delete(text -> {}));
      Thread.sleep(REST);
      if (i % TELL_EACH == 0) {
        detail.accept("%d of %d".formatted(i, count));
      }
    }
    return all;
  }

  /** It runs, so all are written; the watch of records may be a little behind. */
  private static void awaitRecords(
      VmiMoments vmi, DensityLoad load, RecordWatch records, StandInNodes standIns)
      throws Failure, InterruptedException {
    long deadline = System.nanoTime() + RECORDS_MAX.toNanos();
    while (true) {
      records.seen().forEach(load::see);
      load.see(Moment.START_RECEIVED, standIns.starts());
      if (HOPS.stream().allMatch(hop -> vmi.has(hop.from()) && vmi.has(hop.until()))) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new Failure(
            "a VMI runs, but not every record of its start was seen within "
                + RECORDS_MAX.toSeconds()
                + " s");
      }
      Thread.sleep(LOOK_MS);
    }
  }
}
