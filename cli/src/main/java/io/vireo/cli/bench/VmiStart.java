package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.measure.DomainWatch;
import io.vireo.cli.measure.Processes;
import io.vireo.cli.measure.VmiWatch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One virtual machine from apply to Running, step by step, and away again. */
final class VmiStart {

  private static final Duration RUNNING_MAX = Duration.ofMinutes(5);
  private static final Duration GONE_MAX = Duration.ofMinutes(2);
  private static final Duration LOG_MAX = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final String COMPUTE = "compute";
  private static final String EXECUTOR = "node-executor";
  private static final String VIREO = "vireo";

  private final BenchObjects objects;
  private final KubernetesClient client;
  private final DomainWatch domains;

  VmiStart(BenchObjects objects, DomainWatch domains) {
    this.objects = objects;
    this.client = objects.client();
    this.domains = domains;
  }

  /**
   * What it took.
   *
   * @param pod its launcher pod, as it was while it ran
   */
  record Result(VmiTimes times, Pod pod) {}

  Result run(GenericKubernetesResource vmi) throws Exception {
    String name = vmi.getMetadata().getName();
    try (VmiWatch watch = VmiWatch.start(client, BenchObjects.NAMESPACE, name)) {
      Instant applied = Instant.now();
      String uid = Cluster.uid(objects.apply(vmi));
      Map<Step, Instant> at = new EnumMap<>(Step.class);
      Instant until = applied.plus(RUNNING_MAX);
      at.put(Step.RUNNING, awaitRunning(watch, until));
      at.put(Step.POD_CREATED, watch.await("the pod", until, watch::podCreated));
      at.put(Step.BOUND, watch.await("the node of the pod", until, watch::bound));
      at.put(Step.DOMAIN, watch.await("the running domain", until, () -> domains.running(uid)));
      Pod pod = pod(watch);
      processes(uid, at);
      launcherLog(pod, at);
      at.put(Step.DIALLED_IN, dialledIn(pod, applied));
      objects.delete(vmi);
      watch.await(
          "the end of the VMI and its pod",
          Instant.now().plus(GONE_MAX),
          () -> watch.isGone() ? Optional.of(true) : Optional.empty());
      return new Result(new VmiTimes(name, applied, at), pod);
    }
  }

  /** When the phase was seen; a VMI that ends first fails the run. */
  static Instant awaitRunning(VmiWatch watch, Instant until) throws Failure, InterruptedException {
    watch.await(
        "phase Running",
        until,
        () ->
            watch.phase("Running").isPresent() || watch.ended().isPresent()
                ? Optional.of(true)
                : Optional.empty());
    return watch.phase("Running").orElseThrow(() -> new Failure(watch.describe()));
  }

  private Pod pod(VmiWatch watch) throws Failure {
    if (watch.podNames().size() != 1) {
      throw new Failure("expected one pod, but there were " + watch.podNames());
    }
    String name = watch.podNames().iterator().next();
    Pod pod = client.pods().inNamespace(BenchObjects.NAMESPACE).withName(name).get();
    if (pod == null) {
      throw new Failure("the pod " + name + " of a running VMI is gone");
    }
    return pod;
  }

  private static void processes(String uid, Map<Step, Instant> at) throws IOException, Failure {
    long launcher =
        Processes.launcher(uid)
            .orElseThrow(() -> new Failure("the launcher of a running VMI has no process"))
            .pid();
    PodCgroup group = PodCgroup.of(launcher);
    at.put(Step.SANDBOX, first(group.podProcesses()));
    at.put(Step.CONTAINER, first(group.containerProcesses()));
  }

  private static Instant first(List<Long> pids) throws Failure {
    return pids.stream()
        .map(Processes::started)
        .flatMap(Optional::stream)
        .min(Instant::compareTo)
        .orElseThrow(() -> new Failure("a running pod has no process"));
  }

  private void launcherLog(Pod pod, Map<Step, Instant> at) throws Failure, InterruptedException {
    String name = pod.getMetadata().getName();
    Map<Step, String> lines =
        Map.of(
            Step.LAUNCHER, LogTimes.LAUNCHER,
            Step.LIBVIRTD, LogTimes.LIBVIRTD,
            Step.QEMU, LogTimes.QEMU);
    for (Map.Entry<Step, String> line : lines.entrySet()) {
      at.put(
          line.getKey(),
          awaitLine(
              "\"" + line.getValue() + "\" in the log of " + name,
              () ->
                  LogTimes.launcher(
                      client
                          .pods()
                          .inNamespace(BenchObjects.NAMESPACE)
                          .withName(name)
                          .inContainer(COMPUTE)
                          .getLog(),
                      line.getValue())));
    }
  }

  private Instant dialledIn(Pod pod, Instant since) throws Failure, InterruptedException {
    String node = pod.getSpec().getNodeName();
    Pod executor =
        client
            .pods()
            .inNamespace(VIREO)
            .withLabel("app.kubernetes.io/name", EXECUTOR)
            .withField("spec.nodeName", node)
            .list()
            .getItems()
            .stream()
            .findFirst()
            .orElseThrow(() -> new Failure("there is no node-executor on " + node));
    String name = pod.getMetadata().getName();
    return awaitLine(
        "the pod " + name + " in the log of " + executor.getMetadata().getName(),
        () ->
            LogTimes.dialledIn(
                client
                    .pods()
                    .inNamespace(VIREO)
                    .withName(executor.getMetadata().getName())
                    .inContainer(EXECUTOR)
                    .sinceTime(since.toString())
                    .getLog(),
                BenchObjects.NAMESPACE + "/" + name));
  }

  /** A line of a log that is read. */
  @FunctionalInterface
  private interface Line {
    Optional<Instant> read();
  }

  /** What was said comes into the log a moment later. */
  private static Instant awaitLine(String what, Line line) throws Failure, InterruptedException {
    long deadline = System.nanoTime() + LOG_MAX.toNanos();
    while (true) {
      Optional<Instant> time = line.read();
      if (time.isPresent()) {
        return time.get();
      }
      if (System.nanoTime() > deadline) {
        throw new Failure("expected " + what + ", but it is not there");
      }
      Thread.sleep(LOOK);
    }
  }
}
