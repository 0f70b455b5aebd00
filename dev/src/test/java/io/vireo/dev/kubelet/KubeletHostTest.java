package io.vireo.dev.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeletHostTest {

  @TempDir private Path proc;

  @BeforeEach
  void makeOwnProcess() throws IOException {
    process("self", "java", "pid:[1]");
    process("10", "java", "pid:[1]");
  }

  private void process(String pid, String name, String namespace) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(pid + "/ns")).getParent();
    Files.writeString(folder.resolve("comm"), name + "\n");
    Files.createSymbolicLink(folder.resolve("ns/pid"), Path.of(namespace));
  }

  @Test
  void shouldFindAKubeletOfThisMachine() throws IOException {
    assertThat(KubeletHost.otherKubelet(proc)).isEmpty();

    process("77", "kubelet", "pid:[1]");

    assertThat(KubeletHost.otherKubelet(proc)).contains("77");
  }

  @Test
  void shouldLeaveAKubeletInAContainerAlone() throws IOException {
    process("78", "kubelet", "pid:[2]");

    assertThat(KubeletHost.otherKubelet(proc)).isEmpty();
  }
}
