package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineCapabilitiesTest {

  @Test
  void shouldReadEachKindAndLeaveOutWhatIsNewer() {
    assertThat(
            MachineCapabilities.parse(
                List.of(
                    "machine-type q35",
                    "machine-type pc",
                    "emulated-cpu-model qemu64",
                    "host-cpu-model Haswell",
                    "sev es")))
        .isEqualTo(
            new MachineCapabilities(List.of("q35", "pc"), List.of("qemu64"), List.of("Haswell")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "machine-type", "machine-type ", "machine-type q35 pc"})
  void shouldNameALineThatIsNone(String line) {
    assertThatThrownBy(() -> MachineCapabilities.parse(List.of("machine-type q35", line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2");
  }
}
