package io.vireo.dev.stack;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeletRuntimeTest {

  @TempDir private Path folder;

  @Test
  void shouldTakeAFreshState() {
    StateDir state = new StateDir(folder);

    for (PodRuntime runtime : PodRuntime.values()) {
      assertThatCode(() -> KubeletRuntime.checkState(state, runtime)).doesNotThrowAnyException();
    }
  }

  @Test
  void shouldTakeAStateOfItsOwnOnly() throws IOException {
    StateDir state = new StateDir(folder);
    Files.createFile(state.kubeconfig());
    assertThatCode(() -> KubeletRuntime.checkState(state, PodRuntime.PROCESS))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> KubeletRuntime.checkState(state, PodRuntime.KUBELET))
        .hasMessageContaining("--runtime process")
        .hasMessageContaining("vireo --state " + folder + " down --purge");

    Files.createFile(state.networkFile());
    assertThatCode(() -> KubeletRuntime.checkState(state, PodRuntime.KUBELET))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> KubeletRuntime.checkState(state, PodRuntime.PROCESS))
        .hasMessageContaining("--runtime kubelet");
  }

  @Test
  void shouldKnowAStateWhoseFirstStartWithKubeletsWasCutShort() throws IOException {
    StateDir state = new StateDir(folder);
    Files.createFile(state.networkFile());

    assertThatThrownBy(() -> KubeletRuntime.checkState(state, PodRuntime.PROCESS))
        .hasMessageContaining("--runtime kubelet");
  }
}
