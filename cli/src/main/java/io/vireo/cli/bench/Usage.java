package io.vireo.cli.bench;

import io.vireo.cli.Failure;
import io.vireo.cli.measure.PodMemory;
import io.vireo.cli.measure.Processes;
import io.vireo.dev.process.ProgramOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the pod of a running virtual machine uses of its node.
 *
 * @param memory of its processes
 * @param workingSetMib what its control group counts
 * @param shimMib the process of containerd beside it
 * @param volumesMib disk space of its volumes
 * @param writableMib disk space of what its container wrote beside the volumes
 */
record Usage(
    PodMemory memory, double workingSetMib, double shimMib, double volumesMib, double writableMib) {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final double MIB = 1 << 20;
  private static final double KIB_PER_MIB = 1024;
  private static final Path STATE_IN_NODE = Path.of("/var/lib");

  /** By the control group, less what is the guest's or translated code. */
  double groupOverheadMib() {
    return workingSetMib - memory.guestMib() - memory.translationMib();
  }

  /**
   * Measures it now.
   *
   * @param vmi uid of the VMI
   * @param pod uid of its pod
   * @param node folder of the node's state
   */
  static Usage of(String vmi, String pod, long guestMemoryKib, Path node)
      throws IOException, InterruptedException, Failure {
    long launcher =
        Processes.launcher(vmi)
            .orElseThrow(() -> new Failure("the launcher of a running VMI has no process"))
            .pid();
    PodCgroup group = PodCgroup.of(launcher);
    PodMemory memory = PodMemory.of(vmi, guestMemoryKib, pid -> group.podProcesses());
    return new Usage(
        memory,
        group.podWorkingSetMib(),
        shimMib(group),
        diskMib(node.resolve("kubelet/pods").resolve(pod)),
        diskMib(writableLayer(launcher, node)));
  }

  /** containerd has one for each pod; it is not in the pod's control group. */
  private static double shimMib(PodCgroup group) throws IOException, Failure {
    long sandbox =
        group.podProcesses().stream()
            .min(Comparator.comparing((Long pid) -> Processes.started(pid).orElse(Instant.MAX)))
            .orElseThrow(() -> new Failure("a running pod has no process"));
    return Processes.parent(sandbox).flatMap(Processes::pssKib).orElse(0L) / KIB_PER_MIB;
  }

  private static Path writableLayer(long pid, Path node) throws IOException, Failure {
    Path inNode =
        upperFolder(Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo")))
            .orElseThrow(() -> new Failure("the root of a launcher is no overlay"));
    if (!inNode.startsWith(STATE_IN_NODE)) {
      throw new Failure("expected " + inNode + " to be below " + STATE_IN_NODE);
    }
    return node.resolve(STATE_IN_NODE.relativize(inNode));
  }

  /** Where an overlay at the root writes to, from {@code /proc/PID/mountinfo}. */
  static Optional<Path> upperFolder(List<String> mountinfo) {
    return mountinfo.stream()
        .map(line -> line.split(" ", -1))
        .filter(words -> words.length > 9 && words[4].equals("/"))
        .filter(words -> Arrays.asList(words).contains("overlay"))
        .flatMap(words -> Arrays.stream(words[words.length - 1].split(",", -1)))
        .filter(option -> option.startsWith("upperdir="))
        .map(option -> Path.of(option.substring("upperdir=".length())))
        .findFirst();
  }

  /** What is allotted: a sparse disk counts as far as it was written. */
  private static double diskMib(Path folder) throws InterruptedException, Failure {
    String said =
        ProgramOutput.of(
                List.of(
                    "du", "--summarize", "--one-file-system", "--block-size=1", folder.toString()),
                ANSWER_MAX)
            .orElseThrow(() -> new Failure("du could not count the disk space of " + folder));
    return Long.parseLong(said.split("\\s", 2)[0]) / MIB;
  }
}
