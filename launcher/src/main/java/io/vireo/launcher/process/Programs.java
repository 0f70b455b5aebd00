package io.vireo.launcher.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Short-lived programs of the image, with a deadline. */
final class Programs {

  private static final int OUTPUT_MAX = 4096;

  private Programs() {}

  /** What a program said. */
  record Result(int exitCode, String output) {
    boolean isSuccess() {
      return exitCode == 0;
    }
  }

  static Result run(long timeoutSeconds, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    String output;
    try (InputStream in = process.getInputStream()) {
      output = new String(in.readNBytes(OUTPUT_MAX), StandardCharsets.UTF_8).strip();
    }
    if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(
          "Expected " + command.getFirst() + " to end within " + timeoutSeconds + " s");
    }
    return new Result(process.exitValue(), output);
  }

  static Map<String, String> environment(PodPaths paths) {
    Path home = paths.privateDir();
    return Map.of(
        "HOME", home.toString(),
        "XDG_RUNTIME_DIR", home.toString(),
        "XDG_CONFIG_HOME", home.resolve("config").toString(),
        "XDG_CACHE_HOME", home.resolve("cache").toString(),
        "XDG_DATA_HOME", home.resolve("data").toString());
  }
}
