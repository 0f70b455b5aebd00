package io.vireo.dev.kubelet;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
final class Host {

  private static final long MAX_MINUTES = 5;

  private Host() {}

  /** Writes what a program reads. */
  @FunctionalInterface
  interface Input {
    void writeTo(java.io.OutputStream out) throws IOException;
  }

  /**
   * Runs a program to its end.
   *
   * @return what it wrote
   * @throws IOException says what it wrote, when it fails
   */
  static String run(String... command) throws IOException, InterruptedException {
    return run(List.of(command), out -> {});
  }

  /** The same, for a program that reads. */
  static String run(List<String> command, Input input) throws IOException, InterruptedException {
    // A file rather than a pipe: it may write before it has read everything.
    File output = File.createTempFile("vireo-output-", "");
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
      IOException broken = null;
      try (var out = process.getOutputStream()) {
        input.writeTo(out);
      } catch (IOException e) {
        broken = e;
      }
      if (!process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(
            "Expected %s to end within %d min".formatted(String.join(" ", command), MAX_MINUTES));
      }
      String text = java.nio.file.Files.readString(output.toPath(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0 || broken != null) {
        throw new IOException(
            "Expected %s to succeed, but it ended with %d: %s"
                .formatted(String.join(" ", command), process.exitValue(), text.strip()),
            broken);
      }
      return text;
    } finally {
      java.nio.file.Files.deleteIfExists(output.toPath());
    }
  }
}
