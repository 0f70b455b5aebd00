package io.vireo.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeExecutorConfigTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "VIREO_KAFKA_BOOTSTRAP_SERVERS", "b:1",
          "VIREO_NODE_NAME", "node-a",
          "VIREO_NODE_STATE_DIR", "/var/lib/vireo",
          "VIREO_NODE_CONSOLE_TOKEN_FILE", "/etc/vireo/token");

  @Test
  void shouldLookForDevicesInDevUnlessToldOtherwise() {
    assertThat(NodeExecutorConfig.fromEnv(REQUIRED).devDir()).isEqualTo(Path.of("/dev"));

    Map<String, String> inAContainer = new HashMap<>(REQUIRED);
    inAContainer.put("VIREO_NODE_DEV_DIR", "/host/dev");
    assertThat(NodeExecutorConfig.fromEnv(inAContainer).devDir()).isEqualTo(Path.of("/host/dev"));
  }

  @Test
  void shouldNameEveryProblem() {
    assertThatThrownBy(() -> NodeExecutorConfig.fromEnv(Map.of("VIREO_NODE_CONSOLE_ADDRESS", "x")))
        .hasMessageContaining("VIREO_NODE_NAME")
        .hasMessageContaining("VIREO_NODE_STATE_DIR")
        .hasMessageContaining("VIREO_NODE_CONSOLE_TOKEN_FILE")
        .hasMessageContaining("VIREO_NODE_CONSOLE_ADDRESS");
  }
}
