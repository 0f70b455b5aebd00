package io.vireo.e2e;

import io.vireo.dev.process.ProgramOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

  /** All of it as it is now, one line for each trace. */
  static Set<String> now() throws IOException, InterruptedException {
    Set<String> traces = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      // The ids change with every mount and unmount.
      traces.add("mount " + line.split(" ", 4)[3]);
    }
    try (Stream<Path> links = Files.list(Path.of("/sys/class/net"))) {
      links.forEach(link -> traces.add("interface " + link.getFileName()));
    }
    for (String sysctl : SYSCTLS) {
      traces.add(sysctl + " = " + Files.readString(Path.of("/proc/sys", sysctl)).strip());
    }
    for (String folder : FOLDERS) {
      if (Files.exists(Path.of(folder))) {
        traces.add("folder " + folder);
      }
    }
    ProgramOutput.of(List.of("nft", "list", "ruleset"), MAX)
        .orElseThrow(() -> new IOException("Expected nft to list the rules"))
        .lines()
        .forEach(line -> traces.add("rule " + line.strip()));
    Path groups = Path.of("/sys/fs/cgroup");
    try (Stream<Path> all = Files.find(groups, 2, (path, seen) -> seen.isDirectory())) {
      all.filter(path -> path.toString().matches(".*(vireo|kubepods).*"))
          .forEach(path -> traces.add("control group " + path));
    }
    return traces;
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
