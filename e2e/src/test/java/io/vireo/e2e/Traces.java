package io.vireo.e2e;

import io.vireo.dev.process.ProgramOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a node with a kubelet could leave on this machine. */
final class Traces {

  private static final Duration MAX = Duration.ofSeconds(10);
  private static final List<String> SYSCTLS =
      List.of(
          "vm/overcommit_memory",
          "vm/panic_on_oom",
          "kernel/panic",
          "kernel/panic_on_oops",
          "kernel/keys/root_maxkeys",
          "kernel/keys/root_maxbytes",
          "net/ipv4/ip_forward");
  private static final List<String> FOLDERS =
      List.of(
          "/var/lib/kubelet",
          "/var/lib/containerd",
          "/var/lib/cni",
          "/var/lib/vireo",
          "/var/log/pods",
          "/var/log/containers",
          "/run/containerd",
          "/run/vireo",
          "/etc/vireo",
          "/etc/cni",
          "/usr/libexec/kubernetes");

  private Traces() {}

  /** All of it as it is now, in a form that can be compared. */
  static Map<String, String> now() throws IOException, InterruptedException {
    Map<String, String> traces = new TreeMap<>();
    List<String> mounts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      // The ids change with every mount and unmount.
      mounts.add(line.split(" ", 4)[3]);
    }
    traces.put("mounts", String.join("\n", mounts));
    try (Stream<Path> links = Files.list(Path.of("/sys/class/net"))) {
      traces.put(
          "interfaces", links.map(link -> link.getFileName().toString()).sorted().toList() + "");
    }
    for (String sysctl : SYSCTLS) {
      traces.put(sysctl, Files.readString(Path.of("/proc/sys", sysctl)).strip());
    }
    for (String folder : FOLDERS) {
      traces.put(folder, Boolean.toString(Files.exists(Path.of(folder))));
    }
    traces.put(
        "firewall", ProgramOutput.of(List.of("nft", "list", "ruleset"), MAX).orElse("unreadable"));
    traces.put("control groups", controlGroups());
    return traces;
  }

  private static String controlGroups() throws IOException {
    Path root = Path.of("/sys/fs/cgroup");
    try (Stream<Path> groups = Files.find(root, 2, (path, seen) -> seen.isDirectory())) {
      return groups
          .map(Path::toString)
          .filter(path -> path.contains("vireo") || path.contains("kubepods"))
          .sorted()
          .toList()
          .toString();
    }
  }

  /** Processes of a node, by the network namespace that they share. */
  static List<String> processes(String networkNamespace) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(path -> networkNamespace.equals(namespace(path, "net")))
          .map(path -> path.getFileName().toString())
          .toList();
    }
  }

  /** A process's namespace, such as {@code net:[4026531840]}; empty when it has ended. */
  static String namespace(Path process, String kind) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/" + kind)).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
