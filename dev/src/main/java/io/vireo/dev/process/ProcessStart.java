package io.vireo.dev.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** When a process started, in clock ticks since boot: pid and start together name it for ever. */
public final class ProcessStart {

  private static final int FIELD_AFTER_NAME = 19;

  private ProcessStart() {}

  /** Empty when there is no such process, or only its zombie. */
  public static Optional<Long> of(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The second field is the command in parentheses and may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[0].equals("Z")
          ? Optional.empty()
          : Optional.of(Long.parseLong(fields[FIELD_AFTER_NAME]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether this very process lives. */
  public static boolean isAlive(long pid, long start) {
    return of(pid).filter(actual -> actual == start).isPresent();
  }
}
