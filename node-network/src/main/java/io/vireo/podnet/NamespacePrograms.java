package io.vireo.podnet;

import io.vireo.network.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs {@code ip} and {@code nft} in a namespace. */
final class NamespacePrograms {

  private static final int OUTPUT_MAX = 64 * 1024;

  private final Descriptor namespace;
  private final Duration max;

  /**
   * @param max how long a program may take
   */
  NamespacePrograms(Descriptor namespace, Duration max) {
    this.namespace = namespace;
    this.max = max;
  }

  /**
   * Runs one and returns what it printed.
   *
   * @throws IOException with its words if it fails
   */
  String run(String input, String... command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add("nsenter");
    // A file of this process: no process of the pod is named.
    line.add("--net=/proc/" + ProcessHandle.current().pid() + "/fd/" + namespace.number());
    line.add("--");
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    // Its end also ends the reading of what it prints, which knows no time. By the handle, since to
    // destroy the process would close what is being read.
    CompletableFuture<Process> inTime =
        process
            .onExit()
            .orTimeout(max.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((ended, late) -> process.toHandle().destroyForcibly());
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output;
      try (InputStream out = process.getInputStream()) {
        output = new String(out.readNBytes(OUTPUT_MAX), StandardCharsets.UTF_8);
      }
      process.waitFor();
      if (inTime.handle((ended, late) -> late != null).join()) {
        throw new IOException(
            "Expected " + command[0] + " to end within " + max.toMillis() + " ms");
      }
      if (process.exitValue() != 0) {
        throw new IOException(command[0] + " failed: " + output.strip());
      }
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
