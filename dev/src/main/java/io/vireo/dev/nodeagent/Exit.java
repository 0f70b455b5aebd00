package io.vireo.dev.nodeagent;

import java.time.Instant;

/**
 * How an attempt at a container ended.
 *
 * @param code exit code, 128 + signal when a signal ended it
 * @param started whether the container's program took over at all
 * @param message what went wrong before that, else empty
 * @param startedAt when the program took over, or when the attempt began
 * @param finishedAt when the last process was gone
 */
record Exit(int code, boolean started, String message, Instant startedAt, Instant finishedAt) {

  /** What a container runtime reports when a container could not be started. */
  static final int CODE_NOT_STARTED = 128;

  /** Killed, or nobody is left to say how it ended. */
  static final int CODE_KILLED = 137;

  /** The word that a pod's status uses. */
  String reason() {
    if (!started) {
      return "StartError";
    }
    return code == 0 ? "Completed" : "Error";
  }
}
