package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.images.ImageRow;
import io.vireo.cli.measure.DomainWatch;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.VireoImage;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Pods and virtual machines on a stack that runs with a real kubelet, and what they take. */
public final class PodsBench {

  private final Place place;
  private final Steps steps;

  /** A run on the stack of this place. */
  public PodsBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /**
   * Measures all.
   *
   * @param count pods, and then virtual machines, one after another
   * @param together virtual machines at the same time, if the nodes have room for them
   * @throws Failure also when there is no such stack
   */
  public FigureReport run(int count, int together) throws Exception {
    StackFile stack = stack();
    Origin origin = Origin.now(place, stack);
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig());
        DomainWatch domains = DomainWatch.start(place.kafka(stack, KafkaAccess.OPERATOR))) {
      BenchObjects objects = new BenchObjects(client, place.example("tiny.yaml"));
      return CleanedUp.run(
          () ->
              new FigureReport(
                  "pods",
                  origin,
                  Map.of("vmis", "" + count),
                  measure(objects, stack, domains, count, together)),
          objects::removeAll);
    }
  }

  private StackFile stack() throws IOException, Failure {
    String start = place.command("up --runtime kubelet --detach");
    Optional<StackFile> stack = place.client().status();
    if (stack.isEmpty() || !place.client().isRunning()) {
      throw new Failure(
          "no stack runs on %s; start one with: %s".formatted(place.state().root(), start));
    }
    if (Files.notExists(place.state().networkFile())) {
      throw new Failure(
          "the stack that runs on %s has no kubelet; start another beside it, with: vireo --state DIR up --runtime kubelet --detach"
              .formatted(place.state().root()));
    }
    return stack.get();
  }

  private List<Section> measure(
      BenchObjects objects, StackFile stack, DomainWatch domains, int count, int together)
      throws Exception {
    List<Double> pods =
        steps.run(
            "starting " + count + " pods, one after another",
            (Consumer<String> detail) -> {
              List<Double> times = new ArrayList<>();
              for (int i = 1; i <= count; i++) {
                times.add(BarePods.run(objects.client(), objects.pod(i)));
              }
              return times;
            });
    List<VmiStart.Result> vmis =
        steps.run(
            "starting " + count + " virtual machines, one after another",
            (Consumer<String> detail) -> {
              VmiStart start = new VmiStart(objects, domains);
              List<VmiStart.Result> results = new ArrayList<>();
              for (int i = 1; i <= count; i++) {
                VmiStart.Result result = start.run(objects.vmi("" + i));
                results.add(result);
                detail.accept(
                    "%d of %d: %.0f ms"
                        .formatted(i, count, result.times().sinceApplied(Step.RUNNING)));
              }
              return results;
            });
    int room = room(objects.client(), vmis.getLast().pod());
    int most = Math.min(together, room);
    if (most < together) {
      steps.line(
          "note    the nodes have room for "
              + most
              + " virtual machines at the same time, not for "
              + together);
    }
    if (most == 0) {
      throw new Failure("the nodes have no room for a virtual machine, by what its pod requests");
    }
    List<Usage> usages =
        steps.run(
            "measuring " + most + " virtual machines that run at the same time",
            (Consumer<String> detail) ->
                new Together(objects, stack, place.state()).run(most, detail));
    List<VmiTimes> times = vmis.stream().map(VmiStart.Result::times).toList();
    return List.of(
        Sections.pods(pods),
        Sections.sinceApplied(times),
        Sections.eachStep(times),
        Sections.usage(usages),
        Sections.images(images()));
  }

  private static int room(KubernetesClient client, Pod kind) {
    return NodeRoom.of(
        client.nodes().list().getItems(), client.pods().inAnyNamespace().list().getItems(), kind);
  }

  private List<ImageRow> images() throws IOException {
    ImageStore store = ImageStore.open(place.images());
    List<ImageRow> rows = new ArrayList<>();
    for (String reference : VireoImage.references()) {
      rows.add(ImageRow.of(store, store.resolve(reference).orElseThrow()));
    }
    return rows;
  }
}
