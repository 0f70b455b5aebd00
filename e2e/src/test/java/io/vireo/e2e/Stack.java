package io.vireo.e2e;

import io.vireo.dev.controlplane.Binaries;
import io.vireo.dev.guest.GuestImage;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.JarSet;
import io.vireo.dev.images.LauncherImage;
import io.vireo.dev.images.VireoImages;
import io.vireo.dev.kubelet.KubeletHost;
import io.vireo.dev.stack.PodRuntime;
import io.vireo.dev.stack.StackClient;
import io.vireo.dev.stack.StackFile;
import io.vireo.dev.stack.StackOptions;
import io.vireo.dev.stack.StateDir;
import io.vireo.schemas.KafkaConnection;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** One stack for a test class, in a folder of its own below {@code target}. */
final class Stack implements AutoCloseable {

  private static final List<String> PROGRAMS =
      List.of("libvirtd", "virsh", "qemu-system-x86_64", "qemu-img", "tini", "genisoimage");
  private static final Duration STOP_MAX = Duration.ofMinutes(2);

  private final StateDir state;
  private final StackOptions options;
  private StackClient client;

  private Stack(StateDir state, StackOptions options, StackClient client) {
    this.state = state;
    this.options = options;
    this.client = client;
  }

  /** Starts a fresh stack; skips the class, with the reason, where one cannot run. */
  static Stack start(String name, int nodes, boolean separate) throws Exception {
    StateDir state = prepare(name);
    StackOptions options = new StackOptions(state.root(), nodes, separate);
    StackClient client = StackClient.start(options, line -> {});
    return new Stack(state, options, client);
  }

  /**
   * Starts a fresh stack with one node that has a real kubelet, and Vireo's control plane in pods;
   * skips the class, with the reason, where one cannot run.
   */
  static Stack startKubelet(String name) throws Exception {
    return startKubelet(name, store -> {});
  }

  /** Makes an image that the nodes are to have beside those of each stack. */
  interface MoreImages {
    void build(ImageStore store) throws Exception;
  }

  /** The same, with more images. */
  static Stack startKubelet(String name, MoreImages more) throws Exception {
    StateDir state = prepare(name);
    try {
      KubeletHost.check();
    } catch (IOException e) {
      Assumptions.abort(e.getMessage());
    }
    List<String> missing =
        new Binaries(Binaries.defaultCache(), System.getenv())
            .missing(PodRuntime.KUBELET.programs());
    Assumptions.assumeTrue(missing.isEmpty(), "Kubernetes binaries are missing: " + missing);
    VireoImages.buildAll(
        imageStore(), JarSet.onClassPath(), Path.of(System.getProperty("java.home")), line -> {});
    more.build(imageStore());
    StackOptions options =
        new StackOptions(state.root(), PodRuntime.KUBELET, false, 1, 1, false, Optional.empty());
    return new Stack(state, options, StackClient.start(options, line -> {}));
  }

  private static ImageStore imageStore() throws IOException {
    return ImageStore.open(Path.of(System.getProperty("user.home"), ".cache", "vireo", "images"));
  }

  /** An empty folder for a stack; skips the class, with the reason, where none can run. */
  static StateDir prepare(String name) throws Exception {
    whatIsMissing()
        .ifPresent(
            reason -> Assumptions.abort("Needs a whole machine: " + reason + "; see vireo doctor"));
    buildImages();
    StateDir state = new StateDir(Path.of("target", "stacks", name).toAbsolutePath());
    if (Files.exists(state.root())) {
      StackClient before = new StackClient(state);
      before.stop(STOP_MAX);
      before.purge();
    }
    return state;
  }

  private static Optional<String> whatIsMissing() throws IOException {
    for (String program : PROGRAMS) {
      if (!onPath(program)) {
        return Optional.of(program + " is not installed");
      }
    }
    List<String> binaries =
        new Binaries(Binaries.defaultCache(), System.getenv()).missing(Binaries.NAMES);
    if (!binaries.isEmpty()) {
      return Optional.of("Kubernetes binaries are missing: " + binaries);
    }
    try {
      Process unshare =
          new ProcessBuilder("unshare", "--user", "--map-root-user", "--pid", "--fork", "true")
              .redirectErrorStream(true)
              .start();
      return unshare.waitFor() == 0
          ? Optional.empty()
          : Optional.of("user namespaces are forbidden");
    } catch (IOException e) {
      return Optional.of("unshare is not installed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private static boolean onPath(String program) {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
            Stream.of("/usr/sbin", "/sbin"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static void buildImages() throws Exception {
    ImageStore store = imageStore();
    LauncherImage.build(store, launcherJar(), Path.of(System.getProperty("java.home")));
    GuestImage.build(store, Path.of("target", "guest"), line -> {});
  }

  private static Path launcherJar() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> entry.matches(".*launcher-[^/]*\\.jar"))
        .map(Path::of)
        .findFirst()
        .orElseGet(() -> Path.of("..", "launcher", "target", "vireo-launcher-0.1.0-SNAPSHOT.jar"));
  }

  StateDir state() {
    return state;
  }

  StackFile file() throws IOException {
    return client.status().orElseThrow();
  }

  /** Who to be on Kafka. */
  KafkaConnection kafka(String user) throws IOException {
    return client.kafka(user);
  }

  void kill(String component) throws Exception {
    client.kill(component);
  }

  void startAgain(String component) throws Exception {
    client.startComponent(component);
  }

  /** As {@code vireo down}. */
  void down() throws Exception {
    client.stop(STOP_MAX);
  }

  /** As {@code vireo up} on the same state. */
  void up() throws Exception {
    client = StackClient.start(options, line -> {});
  }

  /** Stops and removes it; the logs are kept, for the test that failed. */
  @Override
  public void close() throws Exception {
    client.stop(STOP_MAX);
    keepLogs(state);
    client.purge();
  }

  /** Where the logs of a stack are kept that is removed. */
  static void keepLogs(StateDir state) throws IOException {
    Path kept = Path.of("target", "stack-logs", state.root().getFileName().toString());
    Files.createDirectories(kept);
    try (Stream<Path> logs = Files.list(state.logs())) {
      for (Path log : logs.filter(Files::isRegularFile).toList()) {
        Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
