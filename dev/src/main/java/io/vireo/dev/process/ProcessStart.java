package io.vireo.dev.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** When a process started, in clock ticks since boot: pid and start together name it for ever. */
public final class ProcessStart {

  // Counted from the field after the name.
  private static final int STATE = 0;
  private static final int THREADS = 17;
  private static final int START = 19;

  private ProcessStart() {}

  /** Empty when there is no such process, or only its zombie, which holds nothing any more. */
  public static Optional<Long> of(long pid) {
    try {
      return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads what the kernel says. A process whose first thread is a zombie while others still end
   * holds its sockets and files until the last of them is gone, so it counts as alive.
   */
  static Optional<Long> parse(String stat) {
    // The second field is the command in parentheses and may hold anything.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    boolean gone = fields[STATE].equals("Z") && Long.parseLong(fields[THREADS]) <= 1;
    return gone ? Optional.empty() : Optional.of(Long.parseLong(fields[START]));
  }

  /** Whether this very process lives. */
  public static boolean isAlive(long pid, long start) {
    return of(pid).filter(actual -> actual == start).isPresent();
  }
}
