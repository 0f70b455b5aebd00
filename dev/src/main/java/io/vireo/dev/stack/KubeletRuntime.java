package io.vireo.dev.stack;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.dev.controlplane.Binaries;
import io.vireo.dev.controlplane.ControlPlane;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.VireoImage;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.kubelet.ClusterDns;
import io.vireo.dev.kubelet.KubeletHost;
import io.vireo.dev.kubelet.NodeMachine;
import io.vireo.dev.kubelet.NodeNetwork;
import io.vireo.dev.kubelet.NodeObjects;
import io.vireo.dev.kubelet.VireoPods;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.PrivateFile;
import io.vireo.dev.process.ProcessSpec;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes of a stack whose pods run under real kubelets, and Vireo's own pods there. */
final class KubeletRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(KubeletRuntime.class);
  private static final Duration NODE_READY_MAX = Duration.ofMinutes(1);
  private static final Duration PODS_READY_MAX = Duration.ofMinutes(3);
  private static final int CONSOLE_PORT = 8186;

  private final StackOptions options;
  private final StateDir state;
  private final Ports ports;
  private final Progress progress;
  private final NodeNetwork network;
  private final List<NodeMachine> nodes = new ArrayList<>();

  KubeletRuntime(StackOptions options, StateDir state, Ports ports, Progress progress)
      throws IOException {
    this.options = options;
    this.state = state;
    this.ports = ports;
    this.progress = progress;
    this.network = NodeNetwork.choose(state);
    Path programs = new Binaries(Binaries.defaultCache(), System.getenv()).folder();
    for (String name : options.nodeNames()) {
      nodes.add(new NodeMachine(state, network, nodes.size() + 1, options.nodes(), name, programs));
    }
  }

  /**
   * Refuses a state that was made with the other runtime: its certificates name other addresses. To
   * be asked before a network is chosen, which makes the state one with kubelets.
   */
  static void checkState(StateDir state, PodRuntime runtime) throws IOException {
    Optional<PodRuntime> before =
        Files.exists(state.networkFile())
            ? Optional.of(PodRuntime.KUBELET)
            : Files.exists(state.kubeconfig()) ? Optional.of(PodRuntime.PROCESS) : Optional.empty();
    if (before.isPresent() && before.get() != runtime) {
      throw new IOException(
          ("Expected %1$s to be of a stack with --runtime %2$s, but it is of one with --runtime"
                  + " %3$s; use that, another --state, or remove this one with: vireo --state"
                  + " %1$s down --purge")
              .formatted(state.root(), runtime, before.get()));
    }
  }

  /** Addresses by which the API server may ask admission: beside it, or on the first node. */
  List<String> admissionNames() {
    return List.of("127.0.0.1", network.nodeAddress(1));
  }

  /** Before anything of the stack listens: the bridge has an address that they listen on. */
  void prepare() throws IOException, InterruptedException {
    KubeletHost.check();
    network.create();
  }

  /** Starts the nodes with their images, and Vireo's pods; returns once all are ready. */
  void start(ControlPlane plane) throws Exception {
    ImageStore store = ImageStore.open(Machine.imageStore());
    List<Image> images = images(store);
    List<ManagedProcess> processes = new ArrayList<>();
    // Kubernetes' times have whole seconds.
    Instant since = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    try (KubernetesClient client = plane.client()) {
      ClusterDns.grant(client);
      for (NodeMachine node : nodes) {
        NodeObjects.create(client, node.name(), node.podRange());
        processes.add(progress.get("starting " + node.name(), () -> start(plane, node)));
      }
      for (int i = 0; i < nodes.size(); i++) {
        NodeMachine node = nodes.get(i);
        ManagedProcess process = processes.get(i);
        progress.step(
            "giving " + node.name() + " its images", () -> node.load(process, store, images));
        progress.step("waiting for " + node.name(), () -> awaitReady(client, node, since));
      }
      progress.step("applying Vireo's manifests", () -> pods().apply(kubectl()));
      progress.step(
          "waiting for Vireo's pods", () -> VireoPods.awaitReady(client, since, PODS_READY_MAX));
      for (NodeMachine node : nodes) {
        progress.step(
            "waiting for launchers of " + node.name(),
            () -> NodeObjects.awaitLaunchers(client, node.name(), NODE_READY_MAX));
      }
    }
  }

  private static void awaitReady(KubernetesClient client, NodeMachine node, Instant since)
      throws IOException, InterruptedException {
    try {
      NodeObjects.awaitReady(client, node.name(), since, NODE_READY_MAX);
    } catch (IOException e) {
      Path log = node.logOf("kubelet");
      throw new IOException(
          "%s; end of %s:%n%s".formatted(e.getMessage(), log, ManagedProcess.tail(log, 5)), e);
    }
  }

  private static Path kubectl() throws IOException {
    return new Binaries(Binaries.defaultCache(), System.getenv()).folder().resolve("kubectl");
  }

  private ManagedProcess start(ControlPlane plane, NodeMachine node) throws IOException {
    KafkaUsers users = new KafkaUsers(state.kafkaUsers());
    PrivateFile.write(
        node.etc().resolve("vireo/kafka/password"),
        users.password(KafkaAccess.node(node.name())) + "\n");
    node.prepare(plane.pki(), VireoImage.PAUSE.reference());
    ProcessSpec spec = node.spec();
    spec.save(SupervisorFiles.spec(state, spec.name()));
    return ManagedProcess.start(spec);
  }

  private VireoPods pods() {
    return new VireoPods(
        state.root().resolve("manifests"),
        state.kubeconfig(),
        new VireoPods.Settings(
            !options.hostControlPlane(),
            options.schedulers(),
            network.hostAddress(),
            admissionNames(),
            ports.of(VireoComponents.KAFKA_FOR_NODES),
            new KafkaUsers(state.kafkaUsers()),
            state.component("ingest").resolve("hash.key"),
            !Kvm.works()));
  }

  /** Those that Vireo ships, and what else the store has that can run without this machine. */
  private static List<Image> images(ImageStore store) throws IOException {
    List<Image> images = new ArrayList<>();
    for (VireoImage image : VireoImage.values()) {
      images.add(
          store
              .resolve(image.reference())
              .orElseThrow(
                  () ->
                      new IOException(
                          ("Expected the image %s in %s, but it is not; build it with: vireo images"
                                  + " build")
                              .formatted(image.reference(), store.root()))));
    }
    List<String> shipped = VireoImage.references();
    for (String reference : store.references()) {
      Optional<Image> image = store.resolve(reference);
      if (image.isPresent()
          && !shipped.contains(reference)
          && !image.get().isForThisMachineOnly()) {
        images.add(image.get());
      }
    }
    return images;
  }

  /** Ends guests in order, as a machine that goes down would, and then the nodes. */
  void shutDown(Duration max) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (NodeMachine node : nodes) {
      threads.add(Thread.ofPlatform().name("stop-" + node.name()).start(() -> shutDown(node, max)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void shutDown(NodeMachine node, Duration max) {
    try {
      Optional<ManagedProcess> process = process(node);
      if (process.isEmpty()) {
        return;
      }
      try {
        node.shutDownGuests(process.get(), max);
      } catch (IOException e) {
        LOG.atWarn().addKeyValue("node", node.name()).setCause(e).log("Guests not shut down");
      }
      process.get().kill();
    } catch (IOException e) {
      LOG.atError().addKeyValue("node", node.name()).setCause(e).log("Node not stopped");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<ManagedProcess> process(NodeMachine node) throws IOException {
    return ManagedProcess.adopt(spec(node));
  }

  private ProcessSpec spec(NodeMachine node) {
    return node.spec();
  }

  /** What outlives the nodes' processes, which have ended by now. */
  void removeTraces() throws IOException, InterruptedException {
    removeTraces(state);
  }

  /** The same for a stack that whoever started it left; does nothing for one without kubelets. */
  static void removeTraces(StateDir state) throws IOException, InterruptedException {
    Optional<NodeNetwork> network = NodeNetwork.of(state);
    if (network.isEmpty()) {
      return;
    }
    Path folder = state.root().resolve("nodes");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> names = Files.list(folder)) {
        for (Path name : (Iterable<Path>) names::iterator) {
          NodeMachine.removeCgroups(network.get(), name.getFileName().toString());
        }
      }
    }
    network.get().remove();
  }

  /** The nodes' processes, for people. */
  List<StackFile.Component> describe() {
    return nodes.stream()
        .map(
            node ->
                new StackFile.Component(
                    node.name(),
                    StackClient.pidOf(spec(node)),
                    null,
                    node.address(),
                    node.log().toString()))
        .toList();
  }

  /** Where the nodes' executors serve consoles. */
  List<StackFile.Node> nodes() {
    return nodes.stream()
        .map(
            node ->
                new StackFile.Node(
                    node.name(),
                    node.address() + ":" + CONSOLE_PORT,
                    node.vireo().resolve("console.token").toString()))
        .toList();
  }
}
