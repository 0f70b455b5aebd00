package io.vireo.dev.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process in a session of its own: Ctrl-C in the terminal does not reach it, and it lives on when
 * its starter ends. Its pid file holds pid and start, so it is never mistaken for another.
 */
public final class ManagedProcess {

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration KILL_MAX = Duration.ofSeconds(10);
  private static final int TAIL_BYTES = 16 << 10;

  private final ProcessSpec spec;
  private final long pid;
  private final long start;

  private ManagedProcess(ProcessSpec spec, long pid, long start) {
    this.spec = spec;
    this.pid = pid;
    this.start = start;
  }

  /**
   * Starts the process.
   *
   * @throws IllegalStateException if one of this pid file runs already
   * @throws IOException if the program is missing or ends at once
   */
  public static ManagedProcess start(ProcessSpec spec) throws IOException {
    adopt(spec)
        .ifPresent(
            running -> {
              throw new IllegalStateException(
                  "Expected no " + spec.name() + " to run, but process " + running.pid() + " does");
            });
    // setsid has the pid that it was started with: it forks only as the leader of a group.
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(spec.command());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(spec.workingDir().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
    builder.environment().putAll(spec.environment());
    Process process = builder.start();
    long pid = process.pid();
    long start =
        ProcessStart.of(pid)
            .orElseThrow(
                () ->
                    new IOException(
                        "Expected "
                            + spec.name()
                            + " to run, but it ended at once:\n"
                            + tail(spec.log(), 20)));
    try {
      writePidFile(spec.pidFile(), pid, start);
    } catch (IOException e) {
      // Nobody would find it again.
      process.destroyForcibly();
      throw e;
    }
    return new ManagedProcess(spec, pid, start);
  }

  /** The process that the pid file names, if it lives. */
  public static Optional<ManagedProcess> adopt(ProcessSpec spec) throws IOException {
    Optional<Identity> named = readPidFile(spec.pidFile());
    return named
        .filter(identity -> ProcessStart.isAlive(identity.pid(), identity.start()))
        .map(identity -> new ManagedProcess(spec, identity.pid(), identity.start()));
  }

  /** Which process a file names. */
  public record Identity(long pid, long start) {
    /** Whether it lives. */
    public boolean isAlive() {
      return ProcessStart.isAlive(pid, start);
    }
  }

  /** What a pid file holds; empty when it is missing or cut short. */
  public static Optional<Identity> readPidFile(Path file) throws IOException {
    try {
      String[] fields = Files.readString(file).trim().split(" ", -1);
      return fields.length == 2
          ? Optional.of(new Identity(Long.parseLong(fields[0]), Long.parseLong(fields[1])))
          : Optional.empty();
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void writePidFile(Path file, long pid, long start) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(fresh, pid + " " + start + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** How it was started. */
  public ProcessSpec spec() {
    return spec;
  }

  /** Its pid. */
  public long pid() {
    return pid;
  }

  /** Whether it runs; a zombie does not. */
  public boolean isAlive() {
    return ProcessStart.isAlive(pid, start);
  }

  /**
   * Sends SIGTERM and, when it still runs after this time, SIGKILL. Does nothing when it is dead.
   */
  public void stop(Duration timeout) throws InterruptedException {
    signal(false);
    if (!awaitEnd(timeout)) {
      kill();
    }
    removePidFile();
  }

  /** Sends SIGTERM and returns. */
  public void terminate() {
    signal(false);
  }

  /** Sends SIGSTOP: it keeps all it has and does nothing until {@link #resume}. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Sends SIGCONT. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** For what Java has no word for. */
  private void signal(String name) throws IOException, InterruptedException {
    if (!isAlive()) {
      throw new IllegalStateException(
          "Expected " + spec.name() + " to run to get SIG" + name + ", but it ended");
    }
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (kill.waitFor() != 0) {
      throw new IOException(
          "Expected to send SIG" + name + " to " + spec.name() + " (process " + pid + ")");
    }
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() throws InterruptedException {
    signal(true);
    if (!awaitEnd(KILL_MAX)) {
      throw new IllegalStateException(
          "Expected " + spec.name() + " (process " + pid + ") to end on SIGKILL, but it did not");
    }
    removePidFile();
  }

  /** Waits for its end; false if it still runs. */
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (isAlive()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(POLL);
    }
    return true;
  }

  private void signal(boolean force) {
    if (!isAlive()) {
      return;
    }
    ProcessHandle.of(pid)
        .ifPresent(
            handle -> {
              boolean sent = force ? handle.destroyForcibly() : handle.destroy();
              if (!sent && isAlive()) {
                throw new IllegalStateException(
                    "Expected to signal " + spec.name() + " (process " + pid + "), but could not");
              }
            });
  }

  private void removePidFile() {
    try {
      // Somebody may have started the next one in the meantime.
      if (readPidFile(spec.pidFile()).equals(Optional.of(new Identity(pid, start)))) {
        Files.deleteIfExists(spec.pidFile());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("Expected to remove " + spec.pidFile(), e);
    }
  }

  /** The last lines that it wrote. */
  public String tail(int lines) {
    return tail(spec.log(), lines);
  }

  /** The last lines of a log file; a sentence when there is none. */
  public static String tail(Path log, int lines) {
    try (var channel = Files.newByteChannel(log)) {
      long from = Math.max(0, channel.size() - TAIL_BYTES);
      var buffer = java.nio.ByteBuffer.allocate((int) (channel.size() - from));
      channel.position(from);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Reads on.
      }
      List<String> all =
          new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log at " + log + ")";
    }
  }
}
