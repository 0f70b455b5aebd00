package io.vireo.dev.nodeagent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for another one that got its number later.
 *
 * @param pid its number
 * @param startTicks when it started, in clock ticks since the machine did
 */
record ProcessId(long pid, long startTicks) {

  private static final int STATE = 0;
  private static final int START = 19;

  /** What a script wrote into a file: both numbers. */
  static Optional<ProcessId> read(Path file) {
    try {
      String[] words = Files.readString(file).strip().split(" ", -1);
      if (words.length == 2) {
        return Optional.of(new ProcessId(Long.parseLong(words[0]), Long.parseLong(words[1])));
      }
    } catch (IOException | NumberFormatException e) {
      // Not there, or not written yet: the same to the caller.
    }
    return Optional.empty();
  }

  /** Whether the process is there and not a zombie. */
  boolean isAlive() {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[START]) == startTicks && !fields[STATE].equals("Z");
    } catch (IOException e) {
      return false;
    }
  }

  /** SIGTERM. */
  void terminate() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    }
  }

  /** SIGKILL. */
  void kill() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
