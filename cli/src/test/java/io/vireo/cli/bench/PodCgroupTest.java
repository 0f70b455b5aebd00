package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodCgroupTest {

  private static final List<String> MOUNTS =
      List.of(
          "tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0",
          "cgroup /sys/fs/cgroup/cpu cgroup rw,relatime,cpu 0 0",
          "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0",
          "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0");

  @Test
  void shouldTakeTheHierarchyThatCountsMemory() {
    List<String> groups = List.of("8:pids:/n/pod1/c1", "4:memory:/n/pod1/c1", "0::/n/pod1/c1");

    assertThat(PodCgroup.find("memory", groups, MOUNTS))
        .contains(new PodCgroup(Path.of("/sys/fs/cgroup/memory/n/pod1/c1"), false));
  }

  @Test
  void shouldTakeTheHierarchyThatGivesProcessorTime() {
    List<String> groups =
        List.of("4:memory:/n/pod1/c1", "2:cpuacct,cpu:/n/pod1/c2", "0::/n/pod1/c1");

    assertThat(PodCgroup.find("cpu", groups, MOUNTS))
        .contains(new PodCgroup(Path.of("/sys/fs/cgroup/cpu/n/pod1/c2"), false));
  }

  @Test
  void shouldTakeAProcessIn(@TempDir Path folder) throws IOException {
    new PodCgroup(folder, true).take(4711);

    assertThat(folder.resolve("cgroup.procs")).hasContent("4711");
  }

  @Test
  void shouldTakeTheUnifiedHierarchyWhereThereIsNoOther() {
    assertThat(
            PodCgroup.find(
                "memory",
                List.of("0::/n/pod1/c1"),
                List.of("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0")))
        .contains(new PodCgroup(Path.of("/sys/fs/cgroup/n/pod1/c1"), true));
  }

  @Test
  void shouldFindNoneWhereNoneIsMounted() {
    assertThat(PodCgroup.find("memory", List.of("0::/n/pod1/c1"), List.of())).isEmpty();
  }

  @Test
  void shouldCountThePodWithoutInactivePagesOfFiles(@TempDir Path folder) throws IOException {
    Path pod = folder.resolve("pod1");
    Path container = Files.createDirectories(pod.resolve("c1"));
    Files.writeString(pod.resolve("memory.current"), "10485760\n");
    Files.writeString(pod.resolve("memory.stat"), "anon 1\ninactive_file 2097152\n");
    Files.writeString(pod.resolve("memory.usage_in_bytes"), "5242880\n");

    assertThat(new PodCgroup(container, true).podWorkingSetMib()).isEqualTo(8);
    assertThat(new PodCgroup(container, false).podWorkingSetMib()).isEqualTo(5);

    Files.writeString(pod.resolve("memory.stat"), "inactive_file 0\ntotal_inactive_file 1048576\n");

    assertThat(new PodCgroup(container, false).podWorkingSetMib()).isEqualTo(4);
  }

  @Test
  void shouldTellThePodsProcessesFromTheContainers(@TempDir Path folder) throws IOException {
    Path container = Files.createDirectories(folder.resolve("pod1/c1"));
    Path sandbox = Files.createDirectories(folder.resolve("pod1/c0"));
    Files.writeString(folder.resolve("pod1/cgroup.procs"), "");
    Files.writeString(container.resolve("cgroup.procs"), "20\n21\n");
    Files.writeString(sandbox.resolve("cgroup.procs"), "10\n");

    PodCgroup group = new PodCgroup(container, false);

    assertThat(group.podProcesses()).containsExactlyInAnyOrder(10L, 20L, 21L);
    assertThat(group.containerProcesses()).containsExactly(20L, 21L);
  }
}
