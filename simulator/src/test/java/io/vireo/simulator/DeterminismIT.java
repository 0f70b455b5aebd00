package io.vireo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Nothing of a life comes from the process that it is lived in. */
class DeterminismIT {

  private static final long SEEDS = 20;

  @Test
  void twoProcessesLiveTheSameLives() throws Exception {
    Process one = start("-XX:hashCode=0");
    Process other = start("-XX:hashCode=2");

    List<String> digests = digestsOf(one);

    assertThat(digests).hasSize((int) SEEDS).doesNotHaveDuplicates();
    assertThat(digestsOf(other)).isEqualTo(digests);
  }

  /** Identity hashes differ between the two, so that an order that hangs on them shows. */
  private static Process start(String hashes) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:+UnlockExperimentalVMOptions",
            hashes,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Digests.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<String> digestsOf(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return output.lines().filter(line -> line.startsWith("seed ")).toList();
  }

  /** Prints the digest of each seed. */
  static final class Digests {
    private Digests() {}

    /** Lives them. */
    public static void main(String[] args) {
      LongStream.rangeClosed(1, SEEDS)
          .mapToObj(seed -> Simulation.run(seed, SimulationOptions.DEFAULT))
          .forEach(life -> System.out.println("seed " + life.seed() + " " + life.digest()));
    }
  }
}
