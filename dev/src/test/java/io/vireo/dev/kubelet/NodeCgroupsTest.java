package io.vireo.dev.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCgroupsTest {

  @TempDir private Path folder;

  @Test
  void shouldHaveAGroupInEachHierarchy() {
    List<String> mounts =
        List.of(
            "tmpfs /sys/fs/cgroup tmpfs rw 0 0",
            "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0",
            "cgroup /sys/fs/cgroup/systemd cgroup rw,name=systemd 0 0",
            "/dev/vda / ext4 rw 0 0");

    assertThat(new NodeCgroups("/vireo-1-node1", mounts).groups())
        .containsExactly(
            Path.of("/sys/fs/cgroup/memory/vireo-1-node1"),
            Path.of("/sys/fs/cgroup/systemd/vireo-1-node1"));
    assertThat(
            new NodeCgroups("/n", List.of("cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0"))
                .groups())
        .containsExactly(Path.of("/sys/fs/cgroup/n"));
  }

  @Test
  void shouldRemoveWhatItMadeAndAllBelow() throws IOException, InterruptedException {
    NodeCgroups cgroups =
        new NodeCgroups("/node", List.of("cgroup " + folder + " cgroup rw,memory 0 0"));
    cgroups.create();
    Files.createDirectories(folder.resolve("node/kubepods/burstable/pod1"));

    cgroups.remove();
    cgroups.remove();

    assertThat(folder.resolve("node")).doesNotExist();
    assertThat(folder).exists();
  }
}
