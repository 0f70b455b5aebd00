package io.vireo.dev.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** kubectl, as one user. */
record Kubectl(Path program, Path kubeconfig) {

  /** What it said, and whether it went well. */
  record Answer(int code, String text) {}

  Answer run(String input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading; what it says tells why.
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ends: " + text).isTrue();
    return new Answer(process.exitValue(), text);
  }

  /** The same, where it has to go well. */
  String done(String input, String... arguments) throws IOException, InterruptedException {
    Answer answer = run(input, arguments);
    assertThat(answer.code()).as(answer.text()).isZero();
    return answer.text();
  }

  /** The same, where it has to be refused. */
  String refused(String input, String... arguments) throws IOException, InterruptedException {
    Answer answer = run(input, arguments);
    assertThat(answer.code()).as(answer.text()).isEqualTo(1);
    return answer.text();
  }
}
