package io.vireo.dev.stack;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.dev.controlplane.Binaries;
import io.vireo.dev.controlplane.ControlPlane;
import io.vireo.dev.controlplane.Webhooks;
import io.vireo.dev.images.LauncherImage;
import io.vireo.dev.images.VireoImage;
import io.vireo.dev.kafka.KafkaClientFiles;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.kubelet.NodeMachine;
import io.vireo.dev.kubelet.NodeNetwork;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessSpec;
import io.vireo.dev.process.ProcessStart;
import io.vireo.dev.registry.SchemaRegistryServer;
import io.vireo.dev.storage.LocalProvisioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the whole stack in order, and stops in reverse whatever of it came up. */
final class Supervisor {

  static final String KAFKA = VireoComponents.KAFKA;
  static final String SCHEMA_REGISTRY = "schema-registry";

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final Duration READY_MAX = Duration.ofMinutes(2);
  private static final Duration STOP_MAX = Duration.ofSeconds(15);
  private static final Duration NODE_STOP_MAX = Duration.ofMinutes(5);

  private final StackOptions options;
  private final StateDir state;
  private final Ports ports;
  private final Progress progress;
  private final ComponentRunner runner;
  private final VireoComponents components;
  private final Optional<KubeletRuntime> kubelets;

  // Last started, first stopped; a step stands here before it starts, since half a start needs a
  // stop too. Touched by one thread at a time: the starter, then the stopper.
  private final Deque<Stop> stops = new ArrayDeque<>();
  private final List<ComponentSpec> started = new ArrayList<>();
  private @Nullable ControlPlane controlPlane;
  private @Nullable SchemaRegistryServer registry;
  private @Nullable LocalProvisioner provisioner;

  private record Stop(String what, Progress.Step step) {}

  Supervisor(StackOptions options, StateDir state, Consumer<String> lines) throws IOException {
    this.options = options;
    this.state = state;
    this.ports = Ports.load(state.portsFile());
    this.progress = new Progress(lines);
    this.runner = options.separate() ? new ProcessRunner(state) : new InJvmRunner(state);
    this.components =
        new VireoComponents(
            state,
            ports,
            Machine.imageStore(),
            options.runtime() == PodRuntime.KUBELET
                ? VireoImage.LAUNCHER.reference()
                : LauncherImage.REFERENCE,
            !Kvm.works(),
            options.runtime() == PodRuntime.KUBELET,
            options.failpoints());
    this.kubelets =
        options.runtime() == PodRuntime.KUBELET
            ? Optional.of(new KubeletRuntime(options, state, ports, progress))
            : Optional.empty();
  }

  /** Returns once every part is ready. */
  void start() throws Exception {
    forgetEarlier();
    Path programs =
        new Binaries(Binaries.defaultCache(), System.getenv())
            .resolve(options.runtime().programs(), progress::line);
    if (kubelets.isPresent()) {
      stops.push(new Stop("removing the nodes' network", kubelets.get()::removeTraces));
      kubelets.get().prepare();
    }
    startControlPlaneStop();
    startKafka();
    startRegistry();
    ControlPlane plane = ControlPlane.attach(state, ports, NodeNetwork.host(state), programs);
    // Known before it starts: half a start needs a stop too, by this process or by the next.
    controlPlane = plane;
    for (ProcessSpec spec : plane.specs()) {
      spec.save(SupervisorFiles.spec(state, spec.name()));
    }
    plane.start(progress::line);
    progress.step(
        "waiting for Kafka, its topics and rights",
        () ->
            Readiness.awaitHealthy(
                KAFKA, ports.address("kafka-health"), READY_MAX, () -> runner.failure(KAFKA)));
    startComponents(plane);
    progress.step("waiting until all are ready", this::awaitAll);
    progress.step("waiting until pods can be put on each node", () -> awaitNodes(plane));
    progress.step("waiting until admission answers", () -> awaitAdmission(plane));
    describe(plane).write(state);
  }

  /**
   * Ends what an earlier supervisor left when it was killed. The control plane is taken over as it
   * is; a killed node agent leaves its pods to the next.
   */
  private void forgetEarlier() throws IOException, InterruptedException {
    for (ProcessSpec spec : SupervisorFiles.savedSpecs(state)) {
      if (!ControlPlane.PARTS.contains(spec.name())) {
        Optional<ManagedProcess> left = ManagedProcess.adopt(spec);
        if (left.isPresent()) {
          progress.line("ending " + spec.name() + " of an earlier start");
          left.get().kill();
        }
        Files.deleteIfExists(SupervisorFiles.spec(state, spec.name()));
      }
    }
  }

  /** The control plane is stopped last, although Kafka is started first. */
  private void startControlPlaneStop() {
    stops.push(
        new Stop(
            "stopping the control plane",
            () -> {
              ControlPlane plane = controlPlane;
              if (plane != null) {
                plane.close();
              }
            }));
  }

  private void startKafka() throws Exception {
    KafkaUsers users = new KafkaUsers(state.kafkaUsers());
    users.create(KafkaUsers.of(options.nodeNames()));
    KafkaClientFiles.writeJava(state.kafkaProperties(), components.kafkaBootstrap(), users);
    KafkaClientFiles.writeLibrdkafka(state.kcatConf(), components.kafkaBootstrap(), users);
    Optional<String> bridge = NodeNetwork.of(state).map(NodeNetwork::hostAddress);
    launch(components.kafka(options.nodeNames(), bridge), STOP_MAX);
  }

  private void startRegistry() throws Exception {
    stops.push(
        new Stop(
            "stopping the schema registry",
            () -> {
              SchemaRegistryServer server = registry;
              if (server != null) {
                server.close();
              }
            }));
    registry =
        progress.get(
            "starting the schema registry",
            () -> SchemaRegistryServer.start(ports.of(SCHEMA_REGISTRY)));
  }

  private void startComponents(ControlPlane plane) throws Exception {
    if (options.hostControlPlane()) {
      startVireoControlPlane(plane);
    }
    startProvisioner(plane);
    if (kubelets.isPresent()) {
      stops.push(new Stop("shutting nodes down", () -> kubelets.get().shutDown(NODE_STOP_MAX)));
      kubelets.get().start(plane);
    } else {
      startProcessNodes(plane);
    }
  }

  private void startProvisioner(ControlPlane plane) throws Exception {
    stops.push(
        new Stop(
            "stopping the provisioner of volumes",
            () -> {
              LocalProvisioner started = provisioner;
              if (started != null) {
                started.stop();
              }
            }));
    Function<String, Path> folder = node -> state.node(node).resolve("volumes");
    LocalProvisioner.Places places =
        new LocalProvisioner.Places(
            options.nodeNames(),
            folder,
            kubelets.isPresent() ? node -> NodeMachine.VOLUMES : folder,
            kubelets.isPresent());
    provisioner =
        progress.get(
            "starting the provisioner of volumes",
            () -> LocalProvisioner.start(plane.client(), places));
  }

  private void startVireoControlPlane(ControlPlane plane) throws Exception {
    for (int i = 0; i < options.schedulers(); i++) {
      launch(components.scheduler(i), STOP_MAX);
    }
    launch(components.ingest(account(plane, "ingest")), STOP_MAX);
    launch(components.clusterExecutor(account(plane, "cluster-executor")), STOP_MAX);
    try (KubernetesClient client = plane.client()) {
      Webhooks.apply(client, components.apiAddress());
    }
    launch(components.api(account(plane, "api"), admissionNames()), STOP_MAX);
  }

  /**
   * Also of a start with pods on the same state, so that this one's certificate serves that too.
   */
  private List<String> admissionNames() {
    return kubelets.map(KubeletRuntime::admissionNames).orElse(List.of("127.0.0.1"));
  }

  private void startProcessNodes(ControlPlane plane) throws Exception {
    progress.step(
        "asking libvirt what this machine can do",
        () -> MachineCapabilities.ask(state.capabilities()));
    List<ComponentSpec> agents = new ArrayList<>();
    List<ComponentSpec> executors = new ArrayList<>();
    for (String node : options.nodeNames()) {
      Path kubeconfig = state.node(node).resolve("kubeconfig");
      Files.createDirectories(state.node(node).resolve("agent"));
      Files.createDirectories(state.kubeletDir(node));
      Files.createDirectories(state.executorRunDir(node));
      plane.pki().clientKubeconfig("system:node:" + node, List.of("system:nodes"), kubeconfig);
      executors.add(components.nodeExecutor(node));
      agents.add(components.nodeAgent(node, agents.size() + 1, kubeconfig));
    }
    for (ComponentSpec executor : executors) {
      stops.push(stopOf(List.of(executor), STOP_MAX));
    }
    // Nodes shut down together, as machines would; their executors see the pods end.
    stops.push(stopOf(agents, NODE_STOP_MAX));
    for (int i = 0; i < agents.size(); i++) {
      run(agents.get(i));
      run(executors.get(i));
    }
  }

  private Path account(ControlPlane plane, String component) throws IOException {
    Path kubeconfig = state.component(component).resolve("kubeconfig");
    plane
        .pki()
        .clientKubeconfig(
            "system:serviceaccount:vireo:" + component,
            List.of("system:serviceaccounts"),
            kubeconfig);
    return kubeconfig;
  }

  private void launch(ComponentSpec spec, Duration stopMax) throws Exception {
    stops.push(stopOf(List.of(spec), stopMax));
    run(spec);
  }

  private void run(ComponentSpec spec) throws Exception {
    Files.createDirectories(state.component(spec.name()));
    started.add(spec);
    progress.step("starting " + spec.name(), () -> runner.start(spec));
  }

  private Stop stopOf(List<ComponentSpec> specs, Duration max) {
    String names = String.join(", ", specs.stream().map(ComponentSpec::name).toList());
    return new Stop("stopping " + names, () -> stopTogether(specs, max));
  }

  private void stopTogether(List<ComponentSpec> specs, Duration max) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (ComponentSpec spec : specs) {
      threads.add(
          Thread.ofVirtual()
              .name("stop-" + spec.name())
              .start(
                  () -> attempt("stopping " + spec.name(), () -> runner.stop(spec.name(), max))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void awaitAll() throws IOException, InterruptedException {
    for (ComponentSpec spec : started) {
      if (spec.healthAddress().isPresent()) {
        Readiness.awaitHealthy(
            spec.name(), spec.healthAddress().get(), READY_MAX, () -> runner.failure(spec.name()));
      }
    }
  }

  private void awaitNodes(ControlPlane plane) throws IOException, InterruptedException {
    try (KubernetesClient client = plane.client()) {
      Readiness.awaitSchedulable(client, options.nodeNames(), READY_MAX, this::anyFailure);
    }
  }

  private void awaitAdmission(ControlPlane plane) throws IOException, InterruptedException {
    try (KubernetesClient client = plane.client()) {
      Readiness.awaitAdmission(client, READY_MAX, this::anyFailure);
    }
  }

  private Optional<String> anyFailure() {
    return started.stream()
        .flatMap(
            spec -> runner.failure(spec.name()).map(reason -> spec.name() + ": " + reason).stream())
        .findFirst();
  }

  private StackFile describe(ControlPlane plane) {
    long pid = ProcessHandle.current().pid();
    List<StackFile.Component> parts = new ArrayList<>();
    String ownLog = state.logs().resolve(SupervisorFiles.LOG).toString();
    String registryUrl = "http://" + ports.address(SCHEMA_REGISTRY);
    parts.add(new StackFile.Component(SCHEMA_REGISTRY, pid, null, registryUrl, ownLog));
    for (ProcessSpec spec : plane.specs()) {
      String address = spec.name().equals(ControlPlane.API_SERVER) ? plane.url() : null;
      parts.add(
          new StackFile.Component(
              spec.name(), StackClient.pidOf(spec), null, address, spec.log().toString()));
    }
    for (ComponentSpec spec : started) {
      parts.add(
          new StackFile.Component(
              spec.name(),
              runner.pid(spec.name()),
              spec.healthAddress().orElse(null),
              address(spec.name()),
              runner.log(spec.name())));
    }
    kubelets.ifPresent(runtime -> parts.addAll(runtime.describe()));
    return new StackFile(
        pid,
        ProcessStart.of(pid).orElse(0L),
        options.separate(),
        ports.address(KAFKA),
        registryUrl,
        plane.url(),
        kubelets.map(KubeletRuntime::nodes).orElseGet(this::processNodes),
        parts);
  }

  private @Nullable String address(String component) {
    return switch (component) {
      case KAFKA -> components.kafkaBootstrap();
      case VireoComponents.API -> "https://" + components.apiAddress();
      default -> null;
    };
  }

  private List<StackFile.Node> processNodes() {
    return options.nodeNames().stream()
        .map(
            node ->
                new StackFile.Node(
                    node,
                    components.consoleAddress(node),
                    components.consoleTokenFile(node).toString()))
        .toList();
  }

  /** Stops what came up. What fails to stop is logged and keeps nothing else from stopping. */
  void stop() {
    while (!stops.isEmpty()) {
      Stop stop = stops.pop();
      attempt(stop.what(), () -> progress.step(stop.what(), stop.step()));
    }
    attempt("removing stack.json", () -> Files.deleteIfExists(state.stackFile()));
  }

  private static void attempt(String what, Progress.Step step) {
    try {
      step.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.atError().addKeyValue("step", what).setCause(e).log("Stop failed");
    }
  }
}
