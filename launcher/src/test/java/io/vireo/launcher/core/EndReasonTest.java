package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndReasonTest {

  @ParameterizedTest
  @CsvSource({
    "shut off (shutdown), shutdown",
    "shut off (destroyed), destroyed",
    "shut off (from snapshot), from-snapshot",
    "crashed (panicked), panicked",
    "shut off, unknown",
    "shut off (, unknown",
    "running (booted), ",
    "in shutdown (user), ",
    "paused (shutting down), ",
    "'', ",
  })
  void shouldReadWhyADomainIsOff(String line, String reason) {
    assertThat(EndReason.of(line).orElse(null)).isEqualTo(reason);
  }
}
