package io.vireo.cli.doctor;

import io.vireo.dev.process.ProgramOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine. */
final class Programs {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private Programs() {}

  /** Where it is: PATH, and where Debian puts an administrator's programs. */
  static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Stream.of(path.split(":", -1)),
            Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** First line of what it prints. */
  static Optional<String> firstLine(String... command) throws InterruptedException {
    return ProgramOutput.of(List.of(command), ANSWER_MAX)
        .flatMap(output -> output.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst());
  }
}
