package io.vireo.network;

import java.io.IOException;
import java.util.Map;

/** The kernel refused a call. */
public final class SystemCallException extends IOException {

  static final int EINTR = 4;

  private static final long serialVersionUID = 1;
  private static final int EAGAIN = 11;
  private static final int EBUSY = 16;
  private static final Map<Integer, String> WORDS =
      Map.ofEntries(
          Map.entry(1, "operation not permitted"),
          Map.entry(2, "no such file"),
          Map.entry(9, "bad descriptor"),
          Map.entry(EAGAIN, "timed out"),
          Map.entry(13, "permission denied"),
          Map.entry(EBUSY, "busy"),
          Map.entry(19, "no such device"),
          Map.entry(22, "invalid argument"),
          Map.entry(24, "too many open files"),
          Map.entry(32, "broken connection"),
          Map.entry(90, "message too long"),
          Map.entry(98, "address in use"),
          Map.entry(99, "address not available"),
          Map.entry(101, "network unreachable"),
          Map.entry(104, "connection reset"),
          Map.entry(111, "connection refused"));

  private final int errno;

  SystemCallException(String call, int errno) {
    super(call + ": " + WORDS.getOrDefault(errno, "error " + errno));
    this.errno = errno;
  }

  /** Whether the time that was set on a socket went by. */
  public boolean isTimeout() {
    return errno == EAGAIN;
  }

  /** Whether somebody else has what was asked for. */
  boolean isBusy() {
    return errno == EBUSY;
  }
}
