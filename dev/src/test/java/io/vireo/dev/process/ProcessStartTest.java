package io.vireo.dev.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessStartTest {

  @ParameterizedTest
  @CsvSource({
    "S, 12, true",
    "R, 1, true",
    // Killed, but a thread that still ends has the listening socket.
    "Z, 3, true",
    "Z, 1, false",
    "Z, 0, false"
  })
  void shouldCountAProcessAsGoneOnlyWhenItsLastThreadIs(
      String state, int threads, boolean isAlive) {
    String stat =
        "4242 (a) name) %s 1 4242 4242 0 -1 0 0 0 0 0 0 0 0 0 20 0 %d 0 987654 0 0"
            .formatted(state, threads);
    assertThat(ProcessStart.parse(stat).isPresent()).isEqualTo(isAlive);
    ProcessStart.parse(stat).ifPresent(start -> assertThat(start).isEqualTo(987654));
  }
}
