package io.vireo.dev.controlplane;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.PrivateFile;
import io.vireo.dev.process.ProcessSpec;
import io.vireo.dev.stack.Ports;
import io.vireo.dev.stack.StateDir;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes control plane of this user, on loopback or on the bridge to its nodes. Its parts are
 * processes that outlive this JVM; starting again takes over those that still run.
 */
public final class ControlPlane implements AutoCloseable {

  /** Stores the cluster's objects. */
  public static final String ETCD = "etcd";

  /** Serves the API. */
  public static final String API_SERVER = "kube-apiserver";

  /** Assigns pods to nodes. */
  public static final String SCHEDULER = "kube-scheduler";

  /** Runs Kubernetes' own control loops. */
  public static final String CONTROLLER_MANAGER = "kube-controller-manager";

  /** The addresses of all pods. */
  public static final String POD_NETWORK = "10.244.0.0/16";

  /** Its parts in the order of their start. */
  public static final List<String> PARTS = List.of(ETCD, API_SERVER, SCHEDULER, CONTROLLER_MANAGER);

  private static final Duration READY_MAX = Duration.ofSeconds(90);
  private static final Duration STOP_MAX = Duration.ofSeconds(10);
  // It holds nothing, and with watches open it would take its time.
  private static final Duration API_SERVER_STOP_MAX = Duration.ofSeconds(3);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PROBE_MAX = Duration.ofSeconds(5);

  private final Pki pki;
  private final Map<String, ProcessSpec> specs;
  private final Map<String, URI> probes;
  private final Path kubeconfig;
  private final String url;

  private ControlPlane(
      Pki pki,
      Map<String, ProcessSpec> specs,
      Map<String, URI> probes,
      Path kubeconfig,
      String url) {
    this.pki = pki;
    this.specs = specs;
    this.probes = probes;
    this.kubeconfig = kubeconfig;
    this.url = url;
  }

  /**
   * The control plane of this state as it is. Starts nothing.
   *
   * @param host address of the API server: loopback, or this machine's on the bridge to its nodes
   * @param programs folder with the four programs; see {@link Binaries}
   */
  public static ControlPlane attach(StateDir state, Ports ports, String host, Path programs)
      throws IOException {
    state.create();
    Path folder = state.root().resolve("control-plane");
    Path working = folder.resolve("run");
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(working, ownerOnly);
    // etcd refuses a folder that others may enter.
    Files.createDirectories(folder.resolve("etcd"), ownerOnly);
    Path audit = Files.createDirectories(state.root().resolve("audit"), ownerOnly);
    PrivateFile.write(audit.resolve("policy.yaml"), AUDIT_POLICY);

    String url = "https://" + host + ":" + ports.of(API_SERVER);
    Pki pki = Pki.open(state.root().resolve("pki"), url);
    pki.server("loopback", "loopback");
    pki.kubeconfig(state.kubeconfig(), "admin", "admin");
    Path schedulerConfig = folder.resolve("scheduler.kubeconfig");
    pki.kubeconfig(schedulerConfig, "system:kube-scheduler", "scheduler");
    Path controllerConfig = folder.resolve("controller-manager.kubeconfig");
    pki.kubeconfig(controllerConfig, "system:kube-controller-manager", "kcm");

    ControlPlaneFlags flags = new ControlPlaneFlags(programs, pki, folder);
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put(ETCD, flags.etcd());
    commands.put(
        API_SERVER,
        flags.apiServer(
            host, ports.of(API_SERVER), audit.resolve("policy.yaml"), audit.resolve("audit.log")));
    commands.put(SCHEDULER, flags.scheduler(ports.of(SCHEDULER), schedulerConfig));
    commands.put(
        CONTROLLER_MANAGER,
        flags.controllerManager(ports.of(CONTROLLER_MANAGER), controllerConfig));
    Map<String, ProcessSpec> specs = new LinkedHashMap<>();
    commands.forEach(
        (name, command) ->
            specs.put(
                name,
                new ProcessSpec(
                    name,
                    command,
                    working,
                    Map.of(),
                    state.logs().resolve(name + ".log"),
                    state.pids().resolve(name + ".pid"))));
    Map<String, URI> probes =
        Map.of(
            API_SERVER, URI.create(url + "/readyz"),
            SCHEDULER, URI.create("https://" + ports.address(SCHEDULER) + "/readyz"),
            CONTROLLER_MANAGER,
                URI.create("https://" + ports.address(CONTROLLER_MANAGER) + "/healthz"));
    return new ControlPlane(pki, specs, probes, state.kubeconfig(), url);
  }

  /**
   * Starts every part that does not run, applies the manifests of {@code k8s/} and returns once
   * pods can be created. When it fails, what came up runs on until {@link #close}.
   *
   * @param progress takes a line for each group of parts that came up
   */
  public void start(Consumer<String> progress) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    startProcess(ETCD);
    startProcess(API_SERVER);
    awaitReady(API_SERVER);
    report(progress, "etcd and " + API_SERVER, begin);
    // Started before RBAC is there, these two would be refused and back off.
    begin = System.nanoTime();
    startProcess(SCHEDULER);
    startProcess(CONTROLLER_MANAGER);
    try (KubernetesClient client = client()) {
      Manifests.apply(client);
      await("the CustomResourceDefinitions to be established", null, () -> areEstablished(client));
      await(
          "the ServiceAccount default",
          CONTROLLER_MANAGER,
          () -> client.serviceAccounts().inNamespace("default").withName("default").get() != null);
    }
    awaitReady(SCHEDULER);
    awaitReady(CONTROLLER_MANAGER);
    report(progress, SCHEDULER + " and " + CONTROLLER_MANAGER, begin);
  }

  private static void report(Consumer<String> progress, String what, long begin) {
    progress.accept(
        String.format(
            java.util.Locale.ROOT,
            "starting %s ... %.1f s",
            what,
            Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0));
  }

  private static boolean areEstablished(KubernetesClient client) {
    List<CustomResourceDefinition> definitions =
        client
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withLabel(Manifests.PART_OF, Manifests.VIREO)
            .list()
            .getItems();
    return !definitions.isEmpty() && definitions.stream().allMatch(ControlPlane::isEstablished);
  }

  private static boolean isEstablished(CustomResourceDefinition definition) {
    return definition.getStatus() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  /** URL of the API server. */
  public String url() {
    return url;
  }

  /** Certificates and kubeconfigs. */
  public Pki pki() {
    return pki;
  }

  /** How each part is run, in the order of their start. */
  public List<ProcessSpec> specs() {
    return List.copyOf(specs.values());
  }

  /** A client with the administrator's rights; the caller closes it. */
  public KubernetesClient client() throws IOException {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
        .build();
  }

  /** Starts one part, if it does not run, and waits until it serves. */
  public void startPart(String name) throws IOException, InterruptedException {
    startProcess(name);
    awaitReady(name);
  }

  /** Stops one part in order, starts it again and waits until it serves. */
  public void restart(String name) throws IOException, InterruptedException {
    stopProcess(name);
    startPart(name);
  }

  private ProcessSpec spec(String name) {
    ProcessSpec spec = specs.get(name);
    if (spec == null) {
      throw new IllegalArgumentException("Expected one of " + PARTS + ", but got " + name);
    }
    return spec;
  }

  private void startProcess(String name) throws IOException {
    ProcessSpec spec = spec(name);
    if (ManagedProcess.adopt(spec).isEmpty()) {
      ManagedProcess.start(spec);
    }
  }

  private void stopProcess(String name) throws IOException, InterruptedException {
    var process = ManagedProcess.adopt(spec(name));
    if (process.isPresent()) {
      process.get().stop(name.equals(API_SERVER) ? API_SERVER_STOP_MAX : STOP_MAX);
    }
    Files.deleteIfExists(spec(name).pidFile());
  }

  private void awaitReady(String name) throws IOException, InterruptedException {
    URI probe = probes.get(name);
    if (probe == null) {
      // etcd has no port; the API server's readiness covers it.
      if (ManagedProcess.adopt(spec(API_SERVER)).isPresent()) {
        awaitReady(API_SERVER);
      }
      return;
    }
    try (HttpClient http =
        HttpClient.newBuilder().sslContext(pki.trust()).connectTimeout(PROBE_MAX).build()) {
      HttpRequest request = HttpRequest.newBuilder(probe).timeout(PROBE_MAX).build();
      await(
          name + " to be ready",
          name,
          () -> http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
    }
  }

  private interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private void await(String what, @Nullable String part, Condition condition)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_MAX.toNanos();
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (IOException | KubernetesClientException e) {
        // Not there yet, or not any more: the deadline decides.
        if (System.nanoTime() - deadline > 0) {
          throw new IOException("Expected " + what + ", but it was not to be reached", e);
        }
      }
      if (part != null && ManagedProcess.adopt(spec(part)).isEmpty()) {
        throw new IOException(
            "Expected "
                + what
                + ", but "
                + part
                + " ended:\n"
                + ManagedProcess.tail(spec(part).log(), 20));
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "Expected "
                + what
                + " within "
                + READY_MAX.toSeconds()
                + " s, but it is not"
                + (part == null ? "" : ":\n" + ManagedProcess.tail(spec(part).log(), 20)));
      }
      Thread.sleep(POLL);
    }
  }

  /**
   * Stops all parts, clients before servers. It is not cut short by an interrupt, nor by a part
   * that cannot be stopped: what it left would run for ever.
   */
  @Override
  public void close() throws IOException {
    boolean interrupted = Thread.interrupted();
    List<IOException> failures = new ArrayList<>();
    // These two hold nothing: they may go at once.
    for (String name : List.of(SCHEDULER, CONTROLLER_MANAGER)) {
      try {
        ManagedProcess.adopt(spec(name)).ifPresent(ManagedProcess::terminate);
      } catch (IOException e) {
        failures.add(e);
      }
    }
    for (String name : List.of(SCHEDULER, CONTROLLER_MANAGER, API_SERVER, ETCD)) {
      interrupted |= stopToTheEnd(name, failures);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!failures.isEmpty()) {
      IOException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }

  /** Whether it was interrupted meanwhile. */
  private boolean stopToTheEnd(String name, List<IOException> failures) {
    boolean interrupted = false;
    while (true) {
      try {
        stopProcess(name);
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (IOException | RuntimeException e) {
        failures.add(new IOException("Expected to stop " + name, e));
        return interrupted;
      }
    }
  }

  private static final String AUDIT_POLICY =
      """
      # Who changed what, and which of their rights Vireo's accounts use: tests ask it. Bodies are left
      # out, for they hold Secrets.
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
        - level: Metadata
          users:
            - system:serviceaccount:vireo:ingest
            - system:serviceaccount:vireo:scheduler
            - system:serviceaccount:vireo:cluster-executor
            - system:serviceaccount:vireo:api
            - system:serviceaccount:vireo:node-executor
        - level: None
          verbs: [get, list, watch]
        - level: None
          resources:
            - {group: coordination.k8s.io, resources: [leases]}
            - {group: "", resources: [events]}
            - {group: events.k8s.io, resources: [events]}
        - level: Metadata
          verbs: [create, update, patch, delete, deletecollection]
        - level: None
      """;
}
