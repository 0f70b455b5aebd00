package io.vireo.dev.stack;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Runs all components in this JVM. */
final class InJvmRunner implements ComponentRunner {

  private final Map<String, AutoCloseable> running = new ConcurrentHashMap<>();
  private final StateDir state;

  InJvmRunner(StateDir state) {
    this.state = state;
  }

  @Override
  public void start(ComponentSpec spec) throws Exception {
    running.put(spec.name(), spec.starter().start(spec.environment()));
  }

  @Override
  public void stop(String name, Duration max) throws Exception {
    // Removed by its key: the second caller finds nothing to stop.
    try (AutoCloseable component = running.remove(name)) {
      if (component instanceof GracefulNode node) {
        node.shutdown(max);
      }
    }
  }

  @Override
  public long pid(String name) {
    return ProcessHandle.current().pid();
  }

  @Override
  public String log(String name) {
    return state.logs().resolve(SupervisorFiles.LOG).toString();
  }

  @Override
  public Optional<String> failure(String name) {
    // One that cannot start throws.
    return Optional.empty();
  }
}
