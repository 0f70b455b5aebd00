package io.vireo.dev.stack;

import io.vireo.dev.process.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Names of the files through which the supervisor and its clients find each other. */
final class SupervisorFiles {

  /** Below the logs: everything that runs in the supervisor's JVM. */
  static final String LOG = "supervisor.log";

  /** Below the logs: progress, for whoever started the supervisor. */
  static final String OUTPUT = "supervisor.out";

  /** Last line of progress when all is up. */
  static final String READY = "READY";

  /** Begins the line of progress that says why the start failed. */
  static final String FAILED = "FAILED ";

  private SupervisorFiles() {}

  static Path lock(StateDir state) {
    return state.root().resolve("lock");
  }

  static Path pidFile(StateDir state, String component) {
    return state.pids().resolve(component + ".pid");
  }

  static Path specs(StateDir state) {
    return state.root().resolve("specs");
  }

  static Path spec(StateDir state, String component) throws IOException {
    return Files.createDirectories(specs(state)).resolve(component + ".json");
  }

  /** How each part with a process of its own was started last. */
  static List<ProcessSpec> savedSpecs(StateDir state) throws IOException {
    Path folder = specs(state);
    if (Files.notExists(folder)) {
      return List.of();
    }
    List<ProcessSpec> specs = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".json"))::iterator) {
        specs.add(ProcessSpec.load(file));
      }
    }
    return specs;
  }
}
