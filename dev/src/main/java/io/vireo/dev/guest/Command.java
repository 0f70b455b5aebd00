package io.vireo.dev.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a program to its end. */
final class Command {

  private Command() {}

  /**
   * Its output, standard error included.
   *
   * @throws IOException with that output, if it fails or is not there
   */
  static String run(Path folder, Map<String, String> environment, List<String> words)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().merge("PATH", "/usr/sbin:/sbin", (had, more) -> had + ":" + more);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(
          "Expected %s to succeed, but it ended with %d: %s"
              .formatted(String.join(" ", words), code, output.strip()));
    }
    return output;
  }

  static String run(Path folder, String... words) throws IOException, InterruptedException {
    return run(folder, Map.of(), List.of(words));
  }
}
