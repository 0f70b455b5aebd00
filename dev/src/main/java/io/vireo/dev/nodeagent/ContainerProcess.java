package io.vireo.dev.nodeagent;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a container, run by this agent or an earlier one. Its processes do not depend on
 * the agent. Thread-safe.
 */
final class ContainerProcess {

  private static final Logger LOG = LoggerFactory.getLogger(ContainerProcess.class);
  private static final Duration LIMIT_GONE = Duration.ofSeconds(10);

  private final Attempt attempt;
  private final Runnable changed;
  private final AtomicReference<@Nullable Exit> exit = new AtomicReference<>();

  private ContainerProcess(Attempt attempt, Runnable changed) {
    this.attempt = attempt;
    this.changed = changed;
  }

  /**
   * Starts a container in a new folder and returns before it is ready.
   *
   * @param changed called, from any thread, when it got ready or ended
   */
  static ContainerProcess start(
      ContainerPlan plan, Path folder, Tools tools, boolean root, Runnable changed)
      throws IOException {
    Attempt attempt = new Attempt(folder);
    Files.createDirectories(attempt.root());
    Files.createDirectories(attempt.scratch());
    writePrivately(
        attempt.runScript(), RunScript.render(plan, attempt, tools, MountTable.read(), root));
    writePrivately(attempt.shimScript(), ShimScript.render(attempt, tools, root));
    Files.createFile(attempt.armedFile());
    ProcessBuilder builder =
        new ProcessBuilder(tools.get("setsid"), tools.get("sh"), attempt.shimScript().toString())
            .directory(folder.toFile())
            .redirectInput(new java.io.File("/dev/null"))
            .redirectError(ProcessBuilder.Redirect.appendTo(attempt.problemFile().toFile()));
    // Nothing of the agent's own environment is a container's business.
    builder.environment().clear();
    Process shim = builder.start();
    ContainerProcess process = new ContainerProcess(attempt, changed);
    Thread.ofVirtual().name("container-start").start(() -> process.awaitReady(shim));
    shim.onExit().thenRun(process::ended).exceptionally(process::endedBadly);
    return process;
  }

  /**
   * Takes over an attempt of an earlier agent.
   *
   * @return empty when that agent never got to starting it
   */
  static Optional<ContainerProcess> adopt(Path folder, ExitWatch watch, Runnable changed)
      throws IOException {
    Attempt attempt = new Attempt(folder);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    ContainerProcess process = new ContainerProcess(attempt, changed);
    if (Files.exists(attempt.exitFile())) {
      process.ended();
      return Optional.of(process);
    }
    // A shim that goes on has said who it is: without that, there is nothing to wait for.
    if (Files.deleteIfExists(attempt.armedFile()) || Files.notExists(attempt.shimFile())) {
      return Optional.empty();
    }
    watch.add(attempt, process::folderChanged);
    return Optional.of(process);
  }

  private static void writePrivately(Path file, String text) throws IOException {
    // The environment may hold secrets.
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private void awaitReady(Process shim) {
    try (BufferedReader reader = shim.inputReader(StandardCharsets.UTF_8)) {
      // A line when the container is ready; end of file when it has become so or never will.
      if (reader.readLine() != null) {
        changed.run();
      }
    } catch (IOException e) {
      // The pipe broke with the process; its exit is reported by itself.
    }
  }

  /** Called whenever something appeared in an adopted attempt's folder, and now and then. */
  private void folderChanged() {
    if (exit().isPresent()) {
      return;
    }
    if (Files.exists(attempt.exitFile())) {
      ended();
      return;
    }
    Optional<ProcessId> shim = ProcessId.read(attempt.shimFile());
    if (shim.isPresent() && !shim.get().isAlive()) {
      ended();
    } else if (isReady()) {
      changed.run();
    }
  }

  private void ended() {
    // Without the shim's word, make sure that nothing of the container is left.
    if (Files.notExists(attempt.exitFile())) {
      kill();
      awaitGone();
      noteKilled();
    }
    Instant finished = timeOf(attempt.exitFile()).orElseGet(Instant::now);
    boolean ready = isReady();
    Instant started = timeOf(ready ? attempt.readyFile() : attempt.shimScript()).orElse(finished);
    int code = ready ? readCode() : Exit.CODE_NOT_STARTED;
    String message = ready ? "" : problem();
    if (exit.compareAndSet(null, new Exit(code, ready, message, started, finished))) {
      changed.run();
    }
  }

  private @Nullable Void endedBadly(Throwable problem) {
    LOG.atError()
        .addKeyValue("attempt", attempt.folder())
        .setCause(problem)
        .log("Container's end not noted");
    return null;
  }

  private void noteKilled() {
    try {
      Files.writeString(attempt.exitFile(), Exit.CODE_KILLED + "\n");
    } catch (IOException e) {
      // The same is found out again by the next agent.
    }
  }

  private void awaitGone() {
    Optional<ProcessId> init = ProcessId.read(attempt.initFile());
    long deadline = System.nanoTime() + LIMIT_GONE.toNanos();
    try {
      while (init.isPresent() && init.get().isAlive() && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int readCode() {
    try {
      return Integer.parseInt(Files.readString(attempt.exitFile()).strip());
    } catch (IOException | NumberFormatException e) {
      return Exit.CODE_KILLED;
    }
  }

  private String problem() {
    try {
      String text = Files.readString(attempt.problemFile()).strip();
      return text.isEmpty() ? "The container ended before it was set up" : text;
    } catch (IOException e) {
      return "The container ended before it was set up";
    }
  }

  private static Optional<Instant> timeOf(Path file) {
    try {
      return Optional.of(Files.getLastModifiedTime(file)).map(FileTime::toInstant);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the container's program took over. */
  boolean isReady() {
    return Files.exists(attempt.readyFile());
  }

  /** When the program took over, if it has. */
  Optional<Instant> startedAt() {
    return timeOf(attempt.readyFile());
  }

  /** How it ended, once no process of it is left. */
  Optional<Exit> exit() {
    return Optional.ofNullable(exit.get());
  }

  /** The first process, once it is there. */
  Optional<ProcessId> init() {
    return ProcessId.read(attempt.initFile());
  }

  /** Sends SIGTERM to the first process; one that is not set up yet is killed. */
  void terminate() {
    if (exit().isPresent()) {
      return;
    }
    if (isReady()) {
      init().ifPresent(ProcessId::terminate);
    } else {
      kill();
    }
  }

  /** Kills every process of the container. */
  void kill() {
    if (exit().isPresent()) {
      return;
    }
    Optional<ProcessId> init = init();
    if (init.isPresent()) {
      // The shim stays: it reports when the namespace is empty.
      init.get().kill();
    } else if (!cancelled()) {
      ProcessId.read(attempt.shimFile()).ifPresent(ProcessId::kill);
    }
  }

  private boolean cancelled() {
    try {
      return Files.deleteIfExists(attempt.armedFile());
    } catch (IOException e) {
      return false;
    }
  }
}
