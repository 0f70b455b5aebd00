package io.vireo.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhasesTest {

  @ParameterizedTest
  @CsvSource({
    "'', Pending, true",
    "'', Running, true",
    "Pending, Scheduling, true",
    "Scheduling, Running, true",
    "Running, Running, true",
    "Running, Unknown, true",
    "Scheduled, Failed, true",
    "Running, Succeeded, true",
    "Running, Scheduled, false",
    "Running, Pending, false",
    "Running, '', false",
    "Succeeded, Failed, false",
    "Failed, Running, false",
    "Running, Sleeping, false"
  })
  void shouldKnowTheWay(String before, String after, boolean may) {
    assertThat(Phases.mayFollow(before, after)).isEqualTo(may);
  }
}
