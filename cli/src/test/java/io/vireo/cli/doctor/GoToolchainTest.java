package io.vireo.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoToolchainTest {

  @ParameterizedTest
  @CsvSource({
    "go version go1.25.4 linux/amd64, true",
    "go version go1.21 linux/arm64, true",
    "go version go1.19.8 linux/amd64, false",
    "something else, false"
  })
  void shouldTellWhichGoCanBuild(String version, boolean recent) {
    assertThat(GoToolchain.isRecent(version)).isEqualTo(recent);
  }
}
