package io.vireo.dev.kubelet;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The control groups of one node: below one of its own, in each hierarchy that is mounted. */
final class NodeCgroups {

  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final Duration EMPTY_MAX = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(50);

  private final List<Path> groups;

  /**
   * @param name of the group, such as {@code /vireo-1a2b3c4d-node1}
   */
  NodeCgroups(String name) throws IOException {
    this(name, Files.readAllLines(MOUNTS));
  }

  /**
   * @param mounts as in {@code /proc/self/mounts}
   */
  NodeCgroups(String name, List<String> mounts) {
    List<Path> found = new ArrayList<>();
    for (String line : mounts) {
      String[] fields = line.split(" ", -1);
      // Also a hierarchy without a controller: a kubelet asks for its group in each.
      if (fields[2].equals("cgroup2") || fields[2].equals("cgroup")) {
        found.add(Path.of(fields[1] + name));
      }
    }
    this.groups = List.copyOf(found);
  }

  List<Path> groups() {
    return groups;
  }

  /** Makes the groups; a kubelet asks for its own to be there. */
  void create() throws IOException {
    for (Path group : groups) {
      Files.createDirectories(group);
    }
  }

  /**
   * Removes the groups and all below.
   *
   * @throws IOException when a process lives in one of them
   */
  void remove() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + EMPTY_MAX.toNanos();
    for (Path group : groups) {
      while (Files.exists(group)) {
        try {
          removeTree(group);
        } catch (FileSystemException e) {
          // Processes that were killed a moment ago are still counted.
          if (System.nanoTime() - deadline > 0) {
            throw e;
          }
          Thread.sleep(POLL);
        }
      }
    }
  }

  private static void removeTree(Path group) throws IOException {
    List<Path> folders;
    try (Stream<Path> all = Files.walk(group)) {
      folders = all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    } catch (java.io.UncheckedIOException e) {
      throw new DirectoryNotEmptyException(group.toString());
    }
    for (Path folder : folders) {
      Files.deleteIfExists(folder);
    }
  }
}
