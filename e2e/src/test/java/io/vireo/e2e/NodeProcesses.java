package io.vireo.e2e;

import io.vireo.dev.kubelet.NodeNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Processes of the node of one stack with a kubelet, as this machine sees them. */
final class NodeProcesses {

  private static final Duration MAX = Duration.ofSeconds(30);

  private final Stack stack;

  NodeProcesses(Stack stack) {
    this.stack = stack;
  }

  /** The network namespace that the node's own processes share. */
  String network() throws IOException {
    return Traces.namespace(first(), "net");
  }

  private Path first() throws IOException {
    return Path.of(
        "/proc", Files.readString(stack.state().pids().resolve("node1.pid")).split(" ", 2)[0]);
  }

  /** The node's own program of this name, such as {@code kubelet}. */
  ProcessHandle program(String name) throws Exception {
    String mounts = Traces.namespace(first(), "mnt");
    return only(
        name,
        process ->
            Traces.namespace(folder(process), "mnt").equals(mounts)
                && process.info().command().orElse("").endsWith("/" + name));
  }

  /** A process of one of the node's pods, by a word of its command line. */
  ProcessHandle inPod(String word) throws Exception {
    String group = podGroup();
    return only(
        word,
        process ->
            commandLine(process).contains(word)
                && read(folder(process).resolve("cgroup")).contains(group)
                && !commandLine(process).startsWith("/usr/bin/tini"));
  }

  /** The libvirtds in the node's pods. */
  Set<Long> libvirtds() throws IOException {
    String group = podGroup();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> read(process.resolve("comm")).equals("libvirtd\n"))
          .filter(process -> read(process.resolve("cgroup")).contains(group))
          .map(process -> Long.valueOf(process.getFileName().toString()))
          .collect(Collectors.toSet());
    }
  }

  private String podGroup() throws IOException {
    NodeNetwork network = NodeNetwork.of(stack.state()).orElseThrow();
    return "/vireo-" + network.id() + "-node1/";
  }

  /** Whether something listens on this libvirtd's socket, as its own network sees it. */
  static boolean listens(ProcessHandle libvirtd) {
    return read(folder(libvirtd).resolve("net/unix")).contains("/libvirt-sock");
  }

  private static ProcessHandle only(
      String what, java.util.function.Predicate<ProcessHandle> condition) throws Exception {
    return Await.until(
            "one process " + what,
            MAX,
            () -> {
              try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
                List<ProcessHandle> found = all.filter(condition).toList();
                return found.size() == 1
                    ? Optional.of(found.getFirst())
                    : Optional.<ProcessHandle>empty();
              }
            },
            Optional::isPresent)
        .orElseThrow();
  }

  private static Path folder(ProcessHandle process) {
    return Path.of("/proc", Long.toString(process.pid()));
  }

  private static String commandLine(ProcessHandle process) {
    return read(folder(process).resolve("cmdline")).replace('\0', ' ');
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      // The process has just ended.
      return "";
    }
  }

  /** Stops a process where it is. */
  static void pause(ProcessHandle process) throws Exception {
    signal(process, "-STOP");
  }

  /** Lets a process go on. */
  static void resume(ProcessHandle process) throws Exception {
    signal(process, "-CONT");
  }

  private static void signal(ProcessHandle process, String signal) throws Exception {
    int exit = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    if (exit != 0) {
      throw new AssertionError("Expected to send " + signal + " to process " + process.pid());
    }
  }
}
