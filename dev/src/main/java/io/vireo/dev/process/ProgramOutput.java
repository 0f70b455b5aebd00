package io.vireo.dev.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a short-lived program prints. */
public final class ProgramOutput {

  private ProgramOutput() {}

  /** Its output when it ends with 0 in time; empty otherwise. */
  public static Optional<String> of(List<String> command, Duration timeout)
      throws InterruptedException {
    try {
      // A file rather than a pipe: a full pipe would block the program past any timeout.
      Path output = Files.createTempFile("vireo-output-", "");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.destroyForcibly();
        }
        return ended && process.exitValue() == 0
            ? Optional.of(Files.readString(output, StandardCharsets.UTF_8))
            : Optional.empty();
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
