package io.vireo.dev.kubelet;

import io.vireo.dev.controlplane.ControlPlane;
import io.vireo.dev.controlplane.Pki;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageArchive;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.PrivateFile;
import io.vireo.dev.process.ProcessSpec;
import io.vireo.dev.process.ProgramRun;
import io.vireo.dev.stack.StateDir;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: a kubelet and containerd in namespaces of their own. Whoever kills its first process
 * ends all of it; the next start finds its pods' records and images and goes on with them.
 */
public final class NodeMachine {

  /** A node's folder for volumes, as the node sees it. */
  public static final Path VOLUMES = Path.of("/mnt/node/volumes");

  private static final Logger LOG = LoggerFactory.getLogger(NodeMachine.class);
  private static final Duration COMMAND_MAX = Duration.ofMinutes(5);
  private static final Duration CONTAINERD_MAX = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final String NAMESPACE = "k8s.io";
  // The third field of `ctr tasks ls` is RUNNING, PAUSED or STOPPED.
  private static final int STATUS = 2;

  private final StateDir state;
  private final NodeNetwork network;
  private final int index;
  private final int nodes;
  private final String name;
  private final Path programs;
  private final Path folder;
  private final boolean ipv6 = NodeNetwork.hasIpv6();

  /**
   * A node that is not started yet.
   *
   * @param index from 1
   * @param nodes how many there are
   * @param programs folder with kubelet, containerd, its shim and ctr
   */
  public NodeMachine(
      StateDir state, NodeNetwork network, int index, int nodes, String name, Path programs) {
    this.state = state;
    this.network = network;
    this.index = index;
    this.nodes = nodes;
    this.name = name;
    this.programs = programs;
    this.folder = state.node(name);
  }

  /** Name of the node. */
  public String name() {
    return name;
  }

  /** Its address. */
  public String address() {
    return network.nodeAddress(index);
  }

  /** The addresses of its pods. */
  public String podRange() {
    return network.podRange(index);
  }

  private List<String> podRanges() {
    return ipv6 ? List.of(podRange(), network.podRange6(index)) : List.of(podRange());
  }

  private List<String> podRoutes() {
    List<String> routes = new ArrayList<>(network.podRoutes(index, nodes));
    if (ipv6) {
      routes.addAll(network.podRoutes6(index, nodes));
    }
    return routes;
  }

  /** Where a folder or file of the node below {@code /etc} is kept. */
  public Path etc() {
    return folder.resolve("etc");
  }

  /** What its executor keeps. */
  public Path vireo() {
    return folder.resolve("vireo");
  }

  /** Its own log; those of its programs are beside it in the node's folder. */
  public Path log() {
    return state.logs().resolve(name + ".log");
  }

  /** The log of one of its programs. */
  public Path logOf(String program) {
    return folder.resolve("log").resolve(program + ".log");
  }

  private static String cgroup(NodeNetwork network, String name) {
    return "/vireo-" + network.id() + "-" + name;
  }

  /** How it is run. */
  public ProcessSpec spec() {
    return new ProcessSpec(
        name,
        List.of("sh", folder.resolve("node.sh").toString()),
        folder,
        Map.ofEntries(
            Map.entry("NODE_NAME", name),
            Map.entry("NODE_DIR", folder.toString()),
            Map.entry("PROGRAMS", programs.toString()),
            Map.entry("NODE_BRIDGE", network.bridge()),
            Map.entry("NODE_LINK", network.link(index)),
            Map.entry("NODE_ADDRESS", address()),
            Map.entry("NODE_PREFIX", Integer.toString(NodeNetwork.PREFIX_LENGTH)),
            Map.entry("NODE_ADDRESS6", ipv6 ? network.nodeAddress6(index) : ""),
            Map.entry("HOST_ADDRESS", network.hostAddress()),
            Map.entry("POD_RANGE", podRange()),
            Map.entry("PODS", ControlPlane.POD_NETWORK),
            Map.entry("POD_ROUTES", String.join("\n", podRoutes()))),
        log(),
        state.pids().resolve(name + ".pid"));
  }

  /** Writes what the node is told, and makes its control groups. */
  public void prepare(Pki pki, String sandboxImage) throws IOException {
    for (String part : List.of("kubelet", "containerd", "cni", "vireo", "log")) {
      Files.createDirectories(folder.resolve(part));
    }
    try (InputStream script = NodeMachine.class.getResourceAsStream("node.sh")) {
      if (script == null) {
        throw new IOException("Expected node.sh on the class path, but it is not");
      }
      PrivateFile.write(
          folder.resolve("node.sh"), new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
    Path etc = etc();
    PrivateFile.write(etc.resolve("containerd/config.toml"), NodeSettings.containerd(sandboxImage));
    PrivateFile.write(etc.resolve("cni/net.d/10-vireo.conflist"), NodeSettings.cni(podRanges()));
    Path kubernetes = etc.resolve("kubernetes");
    PrivateFile.write(
        kubernetes.resolve("kubelet.yaml"), NodeSettings.kubelet(address(), cgroup(network, name)));
    PrivateFile.write(kubernetes.resolve("ca.crt"), Files.readString(pki.caCertificate()));
    pki.clientKubeconfig(
        "system:node:" + name, List.of("system:nodes"), kubernetes.resolve("kubelet.kubeconfig"));
    PrivateFile.write(
        kubernetes.resolve("kube-proxy.yaml"), NodeSettings.kubeProxy(name, address()));
    pki.clientKubeconfig(
        "system:kube-proxy", List.of(), kubernetes.resolve("kube-proxy.kubeconfig"));
    PrivateFile.write(etc.resolve("coredns/Corefile"), NodeSettings.coreDns(address()));
    pki.clientKubeconfig(ClusterDns.USER, List.of(), kubernetes.resolve("coredns.kubeconfig"));
    Pki.KeyPairFiles server = pki.nodeServer(name, address());
    PrivateFile.write(kubernetes.resolve("kubelet.crt"), Files.readString(server.certificate()));
    PrivateFile.write(kubernetes.resolve("kubelet.key"), Files.readString(server.key()));
    new NodeCgroups(cgroup(network, name)).create();
  }

  /**
   * Waits until containerd answers and gives it these images, but for those that it was given
   * before.
   */
  public void load(ManagedProcess process, ImageStore store, List<Image> images)
      throws IOException, InterruptedException {
    awaitContainerd(process);
    Path record = folder.resolve("images");
    List<String> had = Files.exists(record) ? Files.readAllLines(record) : List.of();
    List<String> wanted = images.stream().map(NodeMachine::identity).toList();
    List<Image> missing = images.stream().filter(image -> !had.contains(identity(image))).toList();
    if (missing.isEmpty()) {
      return;
    }
    List<String> command =
        inside(process, ctr("images", "import", "--local", "--snapshotter", "overlayfs", "-"));
    ProgramRun.of(COMMAND_MAX, command, out -> ImageArchive.write(store, missing, out));
    Files.write(record, wanted);
  }

  private static String identity(Image image) {
    return image.reference() + " " + image.digest();
  }

  private void awaitContainerd(ManagedProcess process) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CONTAINERD_MAX.toNanos();
    while (true) {
      try {
        ProgramRun.of(COMMAND_MAX, inside(process, ctr("version")));
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          throw new IOException(
              "Expected containerd of %s to answer, but it does not; %s:%n%s"
                  .formatted(name, process.spec().log(), process.tail(20)),
              e);
        }
        Thread.sleep(POLL);
      }
    }
  }

  /** Sends SIGTERM to the launchers of virtual machines and waits until they have ended. */
  public void shutDownGuests(ManagedProcess process, Duration max)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    List<String> launchers = launchers(process);
    for (String launcher : launchers) {
      try {
        ProgramRun.of(
            COMMAND_MAX, inside(process, ctr("tasks", "kill", "--signal", "SIGTERM", launcher)));
      } catch (IOException e) {
        // It may have ended by itself meanwhile; the others get their time in any case.
        LOG.atInfo().addKeyValue("container", launcher).setCause(e).log("A launcher was not told");
      }
    }
    while (System.nanoTime() < deadline) {
      List<String> running = running(process);
      if (launchers.stream().noneMatch(running::contains)) {
        return;
      }
      Thread.sleep(POLL);
    }
  }

  private List<String> launchers(ManagedProcess process) throws IOException, InterruptedException {
    List<String> running = running(process);
    String listed =
        ProgramRun.of(
            COMMAND_MAX,
            inside(
                process,
                ctr("containers", "ls", "-q", "labels.\"io.kubernetes.container.name\"==compute")));
    return listed.lines().map(String::strip).filter(running::contains).toList();
  }

  private List<String> running(ManagedProcess process) throws IOException, InterruptedException {
    return ProgramRun.of(COMMAND_MAX, inside(process, ctr("tasks", "ls")))
        .lines()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(fields -> fields.length > STATUS && fields[STATUS].equals("RUNNING"))
        .map(fields -> fields[0])
        .toList();
  }

  /** Removes the control groups of a node whose processes have ended. */
  public static void removeCgroups(NodeNetwork network, String name)
      throws IOException, InterruptedException {
    new NodeCgroups(cgroup(network, name)).remove();
  }

  private List<String> ctr(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                programs.resolve("ctr").toString(),
                "--address",
                NodeSettings.CONTAINERD_SOCKET,
                "--namespace",
                NAMESPACE));
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> inside(ManagedProcess process, List<String> command) {
    List<String> words =
        new ArrayList<>(
            List.of("nsenter", "--target", Long.toString(process.pid()), "--mount", "--net", "--"));
    words.addAll(command);
    return words;
  }
}
