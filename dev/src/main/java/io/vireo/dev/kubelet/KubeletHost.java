package io.vireo.dev.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a machine must have, and must not have, to stand in for nodes with a kubelet. */
public final class KubeletHost {

  private static final Path PROC = Path.of("/proc");
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
  private static final List<Path> CNI = List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni"));

  private KubeletHost() {}

  /**
   * Looks, and changes nothing.
   *
   * @throws IOException names everything that is in the way, and what to do
   */
  public static void check() throws IOException {
    List<String> problems = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      problems.add("it needs root, for namespaces, mounts and interfaces");
    }
    for (String program : List.of("ip", "nft", "iptables", "nsenter", "unshare", "tini", "runc")) {
      if (FOLDERS.stream().noneMatch(folder -> Files.isExecutable(Path.of(folder, program)))) {
        problems.add(program + " is missing; get it with: vireo doctor --fix");
      }
    }
    if (CNI.stream().noneMatch(folder -> Files.isExecutable(folder.resolve("bridge")))) {
      problems.add("CNI's plugins are missing; get them with: vireo doctor --fix");
    }
    otherKubelet(PROC)
        .ifPresent(
            pid ->
                problems.add(
                    "a kubelet runs on this machine already (process "
                        + pid
                        + "); stop it, or use that cluster as docs/install.md says"));
    if (!problems.isEmpty()) {
      throw new IOException("--runtime kubelet cannot run here: " + String.join("; ", problems));
    }
  }

  /** A kubelet among this machine's own processes; one in a container is none. */
  static Optional<String> otherKubelet(Path proc) throws IOException {
    Path own = proc.resolve("self/ns/pid");
    if (!Files.isSymbolicLink(own)) {
      return Optional.empty();
    }
    Path namespace = Files.readSymbolicLink(own);
    try (Stream<Path> processes = Files.list(proc)) {
      return processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .filter(process -> isKubelet(process, namespace))
          .map(process -> process.getFileName().toString())
          .findFirst();
    }
  }

  private static boolean isKubelet(Path process, Path namespace) {
    try {
      return Files.readString(process.resolve("comm")).strip().equals("kubelet")
          && Files.readSymbolicLink(process.resolve("ns/pid")).equals(namespace);
    } catch (IOException e) {
      // It ended meanwhile.
      return false;
    }
  }
}
