package io.vireo.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** libvirtd set up as the launcher does, in a folder of its own instead of a pod. */
final class SessionLibvirtd implements AutoCloseable {

  /** Files that it needs, and their packages. */
  private static final Map<String, String> NEEDS =
      new LinkedHashMap<>(
          Map.of(
              "/usr/sbin/libvirtd", "libvirt-daemon",
              "/usr/bin/virsh", "libvirt-clients",
              "/usr/bin/qemu-system-x86_64", "qemu-system-x86",
              "/usr/bin/qemu-img", "qemu-utils",
              "/usr/bin/tini", "tini",
              "/usr/share/qemu/firmware/60-edk2-x86_64.json", "ovmf"));

  private static final String USER = "nobody";
  private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));
  private static final Pattern DISK = Pattern.compile("<source file=\"([^\"]+)\"");
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final long VIRSH_SECONDS_MAX = 120;

  private final Path root;
  private final Process process;

  private SessionLibvirtd(Path root, Process process) {
    this.root = root;
    this.process = process;
  }

  static List<String> missing() {
    return NEEDS.entrySet().stream()
        .filter(need -> !Files.isReadable(Path.of(need.getKey())))
        .map(need -> need.getKey() + " (package " + need.getValue() + ")")
        .sorted()
        .toList();
  }

  static SessionLibvirtd start() throws Exception {
    // Short, since a socket's path is.
    Path root = Files.createTempDirectory(Path.of("/tmp"), "vireo-lv-");
    for (String folder : List.of("config/libvirt", "cache", "data", "libvirt")) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.writeString(
        root.resolve("config/libvirt/libvirtd.conf"),
        """
        auth_unix_rw = "none"
        auth_unix_ro = "none"
        log_outputs = "3:stderr"
        unix_sock_dir = "%s"
        host_uuid = "%s"
        """
            .formatted(root.resolve("libvirt"), UUID.randomUUID()));
    Files.writeString(
        root.resolve("config/libvirt/qemu.conf"),
        """
        stdio_handler = "file"
        security_driver = "none"
        seccomp_sandbox = 1
        max_core = 0
        """);
    give(root);
    List<String> command = new ArrayList<>();
    if (IS_ROOT) {
      command.addAll(
          List.of(
              "setpriv", "--reuid=" + USER, "--regid=nogroup", "--clear-groups", "--no-new-privs"));
    }
    command.addAll(List.of("tini", "-s", "--", "libvirtd"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("log").toFile());
    builder.environment().put("HOME", root.toString());
    builder.environment().put("XDG_RUNTIME_DIR", root.toString());
    builder.environment().put("XDG_CONFIG_HOME", root.resolve("config").toString());
    builder.environment().put("XDG_CACHE_HOME", root.resolve("cache").toString());
    builder.environment().put("XDG_DATA_HOME", root.resolve("data").toString());
    SessionLibvirtd libvirtd = new SessionLibvirtd(root, builder.start());
    try {
      Await.until(
          "libvirtd to listen",
          START_MAX,
          () -> Files.exists(root.resolve("libvirt/libvirt-sock")) ? "yes" : libvirtd.log(),
          "yes"::equals);
    } catch (AssertionError e) {
      libvirtd.close();
      throw e;
    }
    return libvirtd;
  }

  private String log() throws IOException {
    return Files.readString(root.resolve("log"));
  }

  private static void give(Path path) throws IOException, InterruptedException {
    if (IS_ROOT) {
      run(VIRSH_SECONDS_MAX, "chown", "-R", USER + ":nogroup", path.toString());
    }
  }

  boolean mayUseKvm() throws IOException {
    return !IS_ROOT
        || Files.getPosixFilePermissions(Path.of("/dev/kvm"))
            .contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** A folder that stands for one of the pod's. */
  Path folder(String inPod) {
    return root.resolve(Path.of(inPod).getFileName().toString());
  }

  /** The domain with the pod's folders in this one's. */
  String moved(String xml) throws IOException, InterruptedException {
    String moved = xml;
    for (String name :
        List.of("kubevirt-private", "kubevirt-ephemeral-disks", "kubevirt-console-log")) {
      Path folder = Files.createDirectories(root.resolve(name));
      Files.createDirectories(folder.resolve(GoldenDomains.UID));
      give(folder);
      moved = moved.replace("\"/var/run/" + name, "\"" + folder);
    }
    return moved;
  }

  void makeDisks(String xml) throws IOException, InterruptedException {
    for (Matcher disk = DISK.matcher(xml); disk.find(); ) {
      String file = disk.group(1);
      String format = file.endsWith(".qcow2") ? "qcow2" : "raw";
      run(VIRSH_SECONDS_MAX, "qemu-img", "create", "-q", "-f", format, file, "1M");
      give(Path.of(file));
    }
  }

  Path write(String name, String text) throws IOException {
    return Files.writeString(root.resolve(name), text);
  }

  String virsh(String... arguments) throws IOException, InterruptedException {
    String socket = root.resolve("libvirt/libvirt-sock").toString();
    return run(
        VIRSH_SECONDS_MAX,
        Stream.concat(
                Stream.of("virsh", "-q", "-c", "qemu+unix:///session?socket=" + socket),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  private static String run(long secondsMax, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(secondsMax, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("Expected " + String.join(" ", command) + " to succeed: " + output);
    }
    return output;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
