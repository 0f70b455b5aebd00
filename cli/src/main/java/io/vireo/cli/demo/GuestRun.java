package io.vireo.cli.demo;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.measure.DomainWatch;
import io.vireo.cli.measure.LoginWait;
import io.vireo.cli.measure.PodMemory;
import io.vireo.cli.measure.Processes;
import io.vireo.cli.measure.VmiWatch;
import io.vireo.dev.stack.StackFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One virtual machine from apply to gone. */
final class GuestRun {

  private static final String NAMESPACE = "default";
  private static final Duration RUNNING_MAX = Duration.ofMinutes(3);
  private static final Duration LOGIN_MAX = Duration.ofMinutes(3);
  private static final Duration GONE_MAX = Duration.ofSeconds(90);
  private static final long GUEST_MEMORY_KIB = 128 * 1024;
  private static final List<String> PHASES =
      List.of("Pending", "Scheduling", "Scheduled", "Running");

  private final StackFile stack;
  private final KubernetesClient client;
  private final DomainWatch domains;
  private final Steps steps;
  private final Path auditLog;

  GuestRun(
      Place place, StackFile stack, KubernetesClient client, DomainWatch domains, Steps steps) {
    this.stack = stack;
    this.client = client;
    this.domains = domains;
    this.steps = steps;
    this.auditLog = place.state().root().resolve("audit").resolve("audit.log");
  }

  /** What is known while it runs. */
  private record Up(
      String uid, Instant applied, Instant running, Instant login, AuditCount writes) {}

  VmiRun run(GenericKubernetesResource vmi) throws Exception {
    String name = vmi.getMetadata().getName();
    refuseExisting(name);
    boolean deleted = false;
    try (VmiWatch watch = VmiWatch.start(client, NAMESPACE, name)) {
      Up up = boot(vmi, watch);
      PodMemory memory = PodMemory.of(up.uid(), GUEST_MEMORY_KIB, Processes::sameNamespace);
      double gone =
          steps.run(
              "deleting " + name + " until VMI, pod and QEMU are gone",
              detail -> {
                Instant start = Instant.now();
                resource(name).delete();
                awaitGone(watch, up.uid(), start.plus(GONE_MAX));
                return millis(start, Instant.now());
              });
      deleted = true;
      return new VmiRun(
          name,
          up.uid(),
          millis(up.applied(), required(watch.podCreated(), "the pod")),
          millis(up.applied(), required(watch.bound(), "the node of the pod")),
          millis(up.applied(), required(domains.running(up.uid()), "the domain")),
          millis(up.applied(), up.running()),
          millis(up.applied(), up.login()),
          gone,
          up.writes(),
          memory.launcherRssMib(),
          memory.overheadMib(),
          memory.translationMib(),
          phases(watch, up.applied()));
    } finally {
      if (!deleted) {
        resource(name).delete();
      }
    }
  }

  private Up boot(GenericKubernetesResource vmi, VmiWatch watch) throws Exception {
    String name = vmi.getMetadata().getName();
    long auditStart = AuditCount.position(auditLog);
    Instant applied = Instant.now();
    GenericKubernetesResource created =
        steps.run(
            "applying " + name, detail -> client.resource(vmi).inNamespace(NAMESPACE).create());
    String uid = Cluster.uid(created);
    Instant running =
        steps.run(
            "waiting until " + name + " is Running",
            detail -> {
              Instant until = applied.plus(RUNNING_MAX);
              for (String phase : PHASES) {
                awaitPhase(watch, phase, until);
                detail.accept(phase);
              }
              awaitPodFacts(watch, uid, until);
              return watch.phase("Running").orElseThrow();
            });
    Instant login =
        steps.run(
            "waiting for the login prompt on the serial console",
            detail -> LoginWait.await(node(watch), uid, running.plus(LOGIN_MAX)));
    Set<String> names = new HashSet<>(watch.podNames());
    names.add(name);
    AuditCount writes =
        AuditCount.of(
            AuditCount.since(auditLog, auditStart),
            new AuditCount.Window(NAMESPACE, names, applied, running));
    return new Up(uid, applied, running, login, writes);
  }

  private static void awaitPhase(VmiWatch watch, String phase, Instant until)
      throws Failure, InterruptedException {
    // A watch shows every state but may join two quick ones; a later phase proves the earlier.
    boolean seen =
        watch.await(
            "phase " + phase,
            until,
            () ->
                PHASES.subList(PHASES.indexOf(phase), PHASES.size()).stream()
                        .anyMatch(later -> watch.phase(later).isPresent())
                    ? Optional.of(true)
                    : watch.ended().map(end -> false));
    if (!seen) {
      throw new Failure(watch.describe());
    }
  }

  private void awaitPodFacts(VmiWatch watch, String uid, Instant until)
      throws Failure, InterruptedException {
    watch.await("the pod on a node", until, watch::bound);
    watch.await(
        "the running domain in " + stack.kafkaBootstrap(), until, () -> domains.running(uid));
  }

  private StackFile.Node node(VmiWatch watch) throws Failure {
    String name = required(watch.node(), "the node of the pod");
    return stack.nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new Failure("the node " + name + " is not one of this stack"));
  }

  private static void awaitGone(VmiWatch watch, String uid, Instant until) throws Exception {
    watch.await(
        "the end of the VMI and its pod",
        until,
        () -> watch.isGone() ? Optional.of(true) : Optional.empty());
    while (!Processes.qemu(uid).isEmpty() || Processes.launcher(uid).isPresent()) {
      if (Instant.now().isAfter(until)) {
        throw new Failure(
            "the VMI and its pod are gone, but these processes are left: "
                + Processes.qemu(uid).stream().map(Processes.Found::pid).toList()
                + Processes.launcher(uid).stream().map(Processes.Found::pid).toList());
      }
      Thread.sleep(10);
    }
  }

  private void refuseExisting(String name) throws Failure {
    if (resource(name).get() != null) {
      throw new Failure(
          "there is a VMI "
              + NAMESPACE
              + "/"
              + name
              + " already; delete it first: vireo kubectl delete vmi "
              + name);
    }
  }

  private io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource> resource(
      String name) {
    return client.genericKubernetesResources(Cluster.VMI).inNamespace(NAMESPACE).withName(name);
  }

  private static List<Map.Entry<String, Double>> phases(VmiWatch watch, Instant applied) {
    List<Map.Entry<String, Double>> phases = new ArrayList<>();
    Stream.concat(PHASES.stream(), Stream.of("Succeeded", "Failed"))
        .forEach(
            phase ->
                watch
                    .phase(phase)
                    .ifPresent(seen -> phases.add(Map.entry(phase, millis(applied, seen)))));
    phases.sort(Comparator.comparingDouble(Map.Entry::getValue));
    return phases;
  }

  private static <T> T required(Optional<T> fact, String what) throws Failure {
    return fact.orElseThrow(() -> new Failure(what + " was not seen"));
  }

  private static double millis(Instant from, Instant to) {
    return Math.round(Duration.between(from, to).toNanos() / 100_000.0) / 10.0;
  }
}
