package io.vireo.dev.process;

import io.vireo.schemas.CanonicalJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * How to run one process.
 *
 * @param name for people
 * @param command program and arguments
 * @param workingDir where it runs
 * @param environment added to the environment of whoever starts it
 * @param log takes its output, after what is there already
 * @param pidFile names it while it runs
 */
public record ProcessSpec(
    String name,
    List<String> command,
    Path workingDir,
    Map<String, String> environment,
    Path log,
    Path pidFile) {

  /** Copies the collections. */
  public ProcessSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Keeps the spec, so that another process can start the same again. */
  public void save(Path file) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(
        fresh,
        CanonicalJson.write(
            Map.of(
                "name",
                name,
                "command",
                command,
                "workingDir",
                workingDir.toString(),
                "environment",
                environment,
                "log",
                log.toString(),
                "pidFile",
                pidFile.toString())));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Reads what {@link #save} wrote. */
  public static ProcessSpec load(Path file) throws IOException {
    if (CanonicalJson.read(Files.readString(file)) instanceof Map<?, ?> saved
        && saved.get("name") instanceof String name
        && saved.get("command") instanceof List<?> command
        && saved.get("workingDir") instanceof String workingDir
        && saved.get("environment") instanceof Map<?, ?> environment
        && saved.get("log") instanceof String log
        && saved.get("pidFile") instanceof String pidFile) {
      Map<String, String> variables = new java.util.HashMap<>();
      environment.forEach((key, value) -> variables.put((String) key, (String) value));
      return new ProcessSpec(
          name,
          command.stream().map(String.class::cast).toList(),
          Path.of(workingDir),
          variables,
          Path.of(log),
          Path.of(pidFile));
    }
    throw new IOException("Expected " + file + " to say how to run a process; remove it");
  }
}
