package io.vireo.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The control group of a container, such as the one that counts its memory, and of its pod, which
 * is the one above.
 *
 * @param container folder of the container's group
 * @param unified whether it is of cgroup v2
 */
record PodCgroup(Path container, boolean unified) {

  private static final Path PROC = Path.of("/proc");
  private static final double MIB = 1 << 20;
  private static final String MEMORY = "memory";
  private static final String PROCESSOR = "cpu";

  /** Of the container that a process is in. */
  static PodCgroup of(long pid) throws IOException {
    return find(pid, MEMORY)
        .orElseThrow(
            () ->
                new IOException(
                    "Expected a control group that counts the memory of process "
                        + pid
                        + ", but none is mounted"));
  }

  /** The group that gives a process its share of the processors; empty where none is mounted. */
  static Optional<PodCgroup> ofProcessorTime(long pid) throws IOException {
    return find(pid, PROCESSOR);
  }

  private static Optional<PodCgroup> find(long pid, String controller) throws IOException {
    return find(
        controller,
        Files.readAllLines(PROC.resolve(pid + "/cgroup")),
        Files.readAllLines(PROC.resolve("self/mounts")));
  }

  /**
   * Finds it.
   *
   * @param controller in cgroup v1
   * @param groups as in {@code /proc/PID/cgroup}
   * @param mounts as in {@code /proc/self/mounts}
   */
  static Optional<PodCgroup> find(String controller, List<String> groups, List<String> mounts) {
    return group(groups, controller)
        .flatMap(
            path ->
                mount(mounts, "cgroup", controller).map(m -> new PodCgroup(below(m, path), false)))
        .or(
            () ->
                group(groups, "")
                    .flatMap(
                        path ->
                            mount(mounts, "cgroup2", "")
                                .map(m -> new PodCgroup(below(m, path), true))));
  }

  /** Lines such as {@code 4:memory:/kubepods/pod1/c1}; without controllers in cgroup v2. */
  private static Optional<String> group(List<String> groups, String controller) {
    return groups.stream()
        .map(line -> line.split(":", 3))
        .filter(fields -> fields.length == 3)
        .filter(fields -> Arrays.asList(fields[1].split(",", -1)).contains(controller))
        .map(fields -> fields[2])
        .findFirst();
  }

  private static Optional<String> mount(List<String> mounts, String type, String option) {
    return mounts.stream()
        .map(line -> line.split(" ", -1))
        .filter(fields -> fields.length > 3 && fields[2].equals(type))
        .filter(
            fields -> option.isEmpty() || Arrays.asList(fields[3].split(",", -1)).contains(option))
        .map(fields -> fields[1])
        .findFirst();
  }

  private static Path below(String mount, String path) {
    return Path.of(mount + path).normalize();
  }

  /** Folder of the pod's group. */
  Path pod() throws IOException {
    Path above = container.getParent();
    if (above == null) {
      throw new IOException("Expected " + container + " to be the group of a container in a pod");
    }
    return above;
  }

  /** Takes a process of this machine in. */
  void take(long pid) throws IOException {
    Files.writeString(container.resolve("cgroup.procs"), Long.toString(pid));
  }

  /** All processes of the pod. */
  List<Long> podProcesses() throws IOException {
    return processes(pod());
  }

  /** All processes of the container. */
  List<Long> containerProcesses() throws IOException {
    return processes(container);
  }

  private static List<Long> processes(Path group) throws IOException {
    List<Path> lists;
    try (Stream<Path> all = Files.walk(group)) {
      lists = all.filter(file -> file.endsWith("cgroup.procs")).toList();
    }
    List<Long> pids = new ArrayList<>();
    for (Path list : lists) {
      Files.readAllLines(list).forEach(line -> pids.add(Long.parseLong(line)));
    }
    return pids;
  }

  /** What the kernel counts for the pod, less the pages of files that it would give up first. */
  double podWorkingSetMib() throws IOException {
    Path group = pod();
    long usage =
        Long.parseLong(
            Files.readString(group.resolve(unified ? "memory.current" : "memory.usage_in_bytes"))
                .strip());
    long inactive =
        inactive(
            Files.readAllLines(group.resolve("memory.stat")),
            unified ? "inactive_file" : "total_inactive_file");
    return Math.max(0, usage - inactive) / MIB;
  }

  static long inactive(List<String> stat, String name) {
    return stat.stream()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElse(0);
  }
}
