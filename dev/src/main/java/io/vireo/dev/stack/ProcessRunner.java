package io.vireo.dev.stack;

import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs each component in a JVM of its own. All that is known of one lies in files, so that a test
 * can kill it and start it again behind the supervisor's back.
 */
final class ProcessRunner implements ComponentRunner {

  private static final int TAIL_LINES = 20;

  private final StateDir state;

  ProcessRunner(StateDir state) {
    this.state = state;
  }

  @Override
  public void start(ComponentSpec component) throws IOException, InterruptedException {
    ProcessSpec spec =
        new ProcessSpec(
            component.name(),
            JvmCommand.of(component.mainClass(), component.jvmFlags(), List.of()),
            state.root(),
            component.environment(),
            Path.of(log(component.name())),
            SupervisorFiles.pidFile(state, component.name()));
    spec.save(SupervisorFiles.spec(state, component.name()));
    // One of an earlier supervisor may run other code; a kill leaves a node's pods alone.
    Optional<ManagedProcess> old = ManagedProcess.adopt(spec);
    if (old.isPresent()) {
      old.get().kill();
    }
    ManagedProcess.start(spec);
  }

  @Override
  public void stop(String name, Duration max) throws IOException, InterruptedException {
    Optional<ManagedProcess> process = process(name);
    if (process.isPresent()) {
      process.get().stop(max);
    }
    Files.deleteIfExists(SupervisorFiles.pidFile(state, name));
  }

  @Override
  public long pid(String name) {
    return process(name).map(ManagedProcess::pid).orElse(0L);
  }

  @Override
  public String log(String name) {
    return state.logs().resolve(name + ".log").toString();
  }

  @Override
  public Optional<String> failure(String name) {
    return process(name).isPresent()
        ? Optional.empty()
        : Optional.of("it ended:\n" + ManagedProcess.tail(Path.of(log(name)), TAIL_LINES));
  }

  private Optional<ManagedProcess> process(String name) {
    try {
      Path file = SupervisorFiles.spec(state, name);
      return Files.exists(file) ? ManagedProcess.adopt(ProcessSpec.load(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to find the process of " + name, e);
    }
  }
}
