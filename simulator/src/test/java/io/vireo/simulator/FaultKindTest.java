package io.vireo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultKindTest {

  @ParameterizedTest
  @ValueSource(strings = {"all,-relist", "-relist", " all , -relist "})
  void shouldLeaveOut(String text) {
    assertThat(FaultKind.setOf(text)).isEqualTo(EnumSet.complementOf(EnumSet.of(FaultKind.RELIST)));
  }

  @Test
  void shouldNameAllNoneAndSome() {
    assertThat(FaultKind.setOf("all")).isEqualTo(EnumSet.allOf(FaultKind.class));
    assertThat(FaultKind.setOf("none")).isEmpty();
    assertThat(FaultKind.setOf("relist, api-down"))
        .containsExactlyInAnyOrder(FaultKind.RELIST, FaultKind.API_DOWN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"relist,", "no-such-fault", "all,-no-such-fault", "-"})
  void shouldRefuseWhatIsNoFault(String text) {
    assertThatThrownBy(() -> FaultKind.setOf(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of a fault");
  }
}
