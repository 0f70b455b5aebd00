package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.dev.controlplane.Binaries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real kubectl on a stack. */
final class Kubectl {

  private static final long MAX_SECONDS = 120;

  private final Path kubeconfig;
  private final Path program;

  /** What it ended with, and what it printed to both outputs. */
  record Answer(int code, String text) {

    /** The text, where it must have worked. */
    String ok() {
      assertThat(code).as(text).isZero();
      return text;
    }
  }

  Kubectl(Path kubeconfig) throws IOException {
    this.kubeconfig = kubeconfig;
    this.program =
        new Binaries(Binaries.defaultCache(), System.getenv()).folder().resolve("kubectl");
  }

  /** Runs it with these arguments. */
  Answer run(String... arguments) throws Exception {
    return runWith("", Map.of(), arguments);
  }

  /**
   * Runs it with an input and variables of the environment.
   *
   * @param input what {@code -f -} reads
   */
  Answer runWith(String input, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading; what it says tells why.
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)).as("kubectl ends: " + text).isTrue();
    return new Answer(process.exitValue(), text);
  }
}
