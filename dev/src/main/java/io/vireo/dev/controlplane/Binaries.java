package io.vireo.dev.controlplane;

import io.vireo.dev.process.ProgramOutput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Gathers Kubernetes' programs in one folder that is named after their version. What is missing
 * there comes from {@code KUBEBUILDER_ASSETS} or {@code PATH} when the version is the wanted one,
 * else from the official release, else it is built with Go.
 */
public final class Binaries {

  /** The control plane's programs, in the order in which they are looked for. */
  public static final List<String> NAMES =
      List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl");

  static final List<String> CONTAINERD_NAMES =
      List.of("containerd", "containerd-shim-runc-v2", "ctr");

  /** A node's programs, where pods run under a real kubelet. */
  public static final List<String> NODE_NAMES =
      Stream.concat(Stream.of("kubelet", "kube-proxy", "coredns"), CONTAINERD_NAMES.stream())
          .toList();

  /** Plays the kubelets of nodes without machines, for benchmarks. */
  public static final String KWOK = "kwok";

  /** Environment variable with another base URL for Kubernetes' programs. */
  public static final String KUBERNETES_URL = "VIREO_KUBERNETES_RELEASE_URL";

  /** Environment variable with another base URL for etcd. */
  public static final String ETCD_URL = "VIREO_ETCD_RELEASE_URL";

  /** Environment variable with another base URL for containerd. */
  public static final String CONTAINERD_URL = "VIREO_CONTAINERD_RELEASE_URL";

  /** Environment variable with another base URL for CoreDNS. */
  public static final String COREDNS_URL = "VIREO_COREDNS_RELEASE_URL";

  private static final Duration VERSION_MAX = Duration.ofSeconds(10);

  private final Path folder;
  private final Map<String, String> environment;
  private final Release release;

  /**
   * @param cache the folder of the version is made here, usually {@code ~/.cache/vireo/kubernetes}
   * @param environment of this process: PATH, KUBEBUILDER_ASSETS and the base URLs
   */
  public Binaries(Path cache, Map<String, String> environment) throws IOException {
    this(cache, environment, Release.load(environment));
  }

  Binaries(Path cache, Map<String, String> environment, Release release) {
    this.environment = Map.copyOf(environment);
    this.release = release;
    this.folder = cache.resolve(release.kubernetesVersion() + "-linux-" + Release.architecture());
  }

  /** The usual cache of this user. */
  public static Path defaultCache() {
    return Path.of(System.getProperty("user.home", "/tmp"), ".cache", "vireo", "kubernetes");
  }

  /** The folder with all programs, for {@link ControlPlane#attach}. */
  public Path folder() {
    return folder;
  }

  /** Which of these programs are not in the folder yet. */
  public List<String> missing(List<String> names) {
    return names.stream().filter(name -> !Files.isExecutable(folder.resolve(name))).toList();
  }

  /**
   * Fetches what is missing.
   *
   * @param names which programs are wanted
   * @param progress takes a line for each program that has to be fetched
   * @return the folder with all of them
   * @throws IOException says for each source why it could not serve
   */
  public Path resolve(List<String> names, Consumer<String> progress)
      throws IOException, InterruptedException {
    if (missing(names).isEmpty()) {
      return folder;
    }
    Files.createDirectories(folder);
    // Two stacks that start at once build once.
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock();
        GoBuild go = new GoBuild(folder, release)) {
      if (!lock.isValid()) {
        throw new IOException("Expected to lock " + folder);
      }
      boolean download = true;
      for (String name : missing(names)) {
        List<String> reasons = new ArrayList<>();
        if (copyInstalled(name, progress)) {
          continue;
        }
        if (download && release.isPublished(name)) {
          // A machine without network would wait for the same timeout once for each program.
          download = download(name, progress, reasons);
        }
        if (Files.notExists(folder.resolve(name))) {
          build(name, go, progress, reasons);
        }
      }
    }
    return folder;
  }

  private boolean copyInstalled(String name, Consumer<String> progress)
      throws IOException, InterruptedException {
    Stream<String> folders =
        Stream.concat(
            Stream.ofNullable(environment.get("KUBEBUILDER_ASSETS")),
            Stream.of(environment.getOrDefault("PATH", "").split(":", -1)));
    for (String candidate : folders.filter(text -> !text.isBlank()).toList()) {
      Path program = Path.of(candidate, name);
      if (Files.isExecutable(program) && hasVersion(name, program)) {
        progress.accept("taking " + name + " from " + program);
        Path fresh = Files.createTempFile(folder, ".new-", "");
        Files.copy(program, fresh, StandardCopyOption.REPLACE_EXISTING);
        install(fresh, name);
        return true;
      }
    }
    return false;
  }

  private boolean hasVersion(String name, Path program) throws InterruptedException {
    List<String> command =
        name.equals("kubectl")
            ? List.of(program.toString(), "version", "--client")
            : List.of(program.toString(), "--version");
    Product product = Product.of(name);
    String wanted = product.word(release.version(product));
    return ProgramOutput.of(command, VERSION_MAX)
        .map(output -> Stream.of(output.split("\\s+")).anyMatch(wanted::equals))
        .orElse(false);
  }

  /** False when nobody can be reached, so that there is no use in asking again. */
  private boolean download(String name, Consumer<String> progress, List<String> reasons)
      throws IOException, InterruptedException {
    try {
      progress.accept("downloading " + name + " from " + release.base(name));
      Optional<Path> file = release.download(name, folder);
      if (file.isPresent()) {
        install(file.get(), name);
      } else {
        reasons.add("the release at " + release.base(name) + " does not have it");
      }
      return true;
    } catch (Release.WrongContentException e) {
      // Somebody sent something else than what was published: that must not pass unseen.
      throw e;
    } catch (IOException e) {
      reasons.add("download from " + release.base(name) + " failed: " + describe(e));
      progress.accept(reasons.getLast());
      return false;
    }
  }

  private void build(String name, GoBuild go, Consumer<String> progress, List<String> reasons)
      throws IOException, InterruptedException {
    progress.accept("building " + name + " with Go; the first takes minutes");
    try {
      install(go.build(name), name);
    } catch (IOException e) {
      reasons.add("build with Go failed: " + describe(e));
      throw new IOException(
          "Expected "
              + name
              + " of "
              + release.version(Product.of(name))
              + " in "
              + folder
              + ", in KUBEBUILDER_ASSETS or on PATH, but it is in none of them; "
              + String.join("; ", reasons),
          e);
    }
  }

  private static String describe(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private void install(Path fresh, String name) throws IOException {
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(
        fresh,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
