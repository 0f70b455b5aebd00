package io.vireo.dev.stack;

import io.vireo.schemas.CanonicalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The paths of one stack's state, {@code .vireo/} by default. Nothing outside it is written but the
 * {@link #runDir()}, which exists because a unix socket's path has 107 bytes at most.
 */
public record StateDir(Path root) {

  /** Makes the path absolute. */
  public StateDir {
    root = root.toAbsolutePath().normalize();
  }

  /** Kubeconfig of the cluster's administrator. */
  public Path kubeconfig() {
    return root.resolve("kubeconfig");
  }

  /** Log files of every process. */
  public Path logs() {
    return root.resolve("logs");
  }

  /** What a running stack says of itself. */
  public Path stackFile() {
    return root.resolve("stack.json");
  }

  /** Ports, kept so that a restarted stack answers where it did before. */
  public Path portsFile() {
    return root.resolve("ports.json");
  }

  /** Which network the nodes are on; there only where pods run under a real kubelet. */
  public Path networkFile() {
    return root.resolve("network");
  }

  /** Pid files of the processes that the stack started. */
  public Path pids() {
    return root.resolve("pids");
  }

  /** Kafka's log. */
  public Path kafka() {
    return root.resolve("kafka");
  }

  /** Passwords of Kafka's users. */
  public Path kafkaUsers() {
    return root.resolve("kafka-users");
  }

  /** Settings for Java clients of Kafka that read the record. */
  public Path kafkaProperties() {
    return root.resolve("kafka.properties");
  }

  /** The same for clients made with librdkafka, such as kcat. */
  public Path kcatConf() {
    return root.resolve("kcat.conf");
  }

  /** State of one component. */
  public Path component(String name) {
    return root.resolve("components").resolve(name);
  }

  /** What libvirt says of this machine. */
  public Path capabilities() {
    return root.resolve("capabilities");
  }

  /** State of one node's agent and executor. */
  public Path node(String node) {
    return root.resolve("nodes").resolve(node);
  }

  /** What one node's executor keeps. */
  public Path executorStateDir(String node) {
    return node(node).resolve("executor");
  }

  /** The kubelet folder of one node: sockets of device plugins. Short by construction. */
  public Path kubeletDir(String node) {
    return runDir().resolve(node).resolve("k");
  }

  /** Sockets of one node's executor. Short by construction. */
  public Path executorRunDir(String node) {
    return runDir().resolve(node).resolve("x");
  }

  /** A folder with a short path for unix sockets, of this user and this state only. */
  public Path runDir() {
    String user = System.getProperty("user.name", "user");
    String hash =
        CanonicalJson.sha256((user + ":" + root).getBytes(StandardCharsets.UTF_8)).substring(0, 10);
    return Path.of("/tmp", "vireo-" + hash);
  }

  /**
   * Creates the folders, private to this user.
   *
   * @throws IOException also when the run folder belongs to somebody else
   */
  public void create() throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(root, ownerOnly);
    Files.createDirectories(logs());
    Files.createDirectories(pids());
    Path run = runDir();
    if (Files.notExists(run, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(run, ownerOnly);
    }
    // /tmp is everybody's: a folder or link that somebody else put there is refused.
    PosixFileAttributes attributes =
        Files.readAttributes(run, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean ours = attributes.owner().equals(Files.getOwner(root));
    if (!attributes.isDirectory() || !ours) {
      throw new IOException(
          "Expected " + run + " to be a folder of this user, but it is not; remove it");
    }
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));
  }
}
