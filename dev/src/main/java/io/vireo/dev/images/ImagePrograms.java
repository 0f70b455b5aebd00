package io.vireo.dev.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that make parts of an image. */
final class ImagePrograms {

  private static final int SAID_MAX = 2000;

  private ImagePrograms() {}

  /**
   * Runs one to its end.
   *
   * @throws IOException with the end of what it said, if it fails, takes too long or is not there
   */
  static void run(Duration max, List<String> words) throws IOException, InterruptedException {
    Path said = Files.createTempFile("vireo-image-", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile());
      builder.environment().merge("PATH", "/usr/sbin:/sbin", (had, more) -> had + ":" + more);
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException(
              "Expected %s to end within %s, but it said only: %s"
                  .formatted(words.getFirst(), max, end(said)));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "Expected %s to succeed, but it said: %s".formatted(words.getFirst(), end(said)));
      }
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static String end(Path said) throws IOException {
    String text = new String(Files.readAllBytes(said), StandardCharsets.UTF_8).strip();
    return text.length() > SAID_MAX ? "..." + text.substring(text.length() - SAID_MAX) : text;
  }
}
