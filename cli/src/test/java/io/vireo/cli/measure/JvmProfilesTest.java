package io.vireo.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmProfilesTest {

  @TempDir private Path folder;

  private static double spinTheProcessor(long nanos) {
    double sum = 0;
    for (long begin = System.nanoTime(); System.nanoTime() - begin < nanos; ) {
      for (int i = 1; i < 10_000; i++) {
        sum += Math.sqrt(i);
      }
    }
    return sum;
  }

  @Test
  void shouldShowWhatTheJvmDid() throws Exception {
    JvmProfiles profiles =
        JvmProfiles.start(folder, Map.of("This JVM", ProcessHandle.current().pid()));
    assertThat(spinTheProcessor(1_000_000_000L)).isPositive();

    List<Path> graphs = profiles.stop();

    assertThat(graphs).containsExactly(folder.resolve("this-jvm.html"));
    assertThat(Files.readString(graphs.getFirst()))
        .contains("This JVM")
        // Names are written without what they share with the one before.
        .contains("TheProcessor");
  }

  @Test
  void shouldNameTheJvmThatDoesNotAnswer() {
    assertThatThrownBy(() -> JvmProfiles.start(folder, Map.of("nobody", Long.MAX_VALUE)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("nobody");
  }
}
