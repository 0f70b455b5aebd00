package io.vireo.scheduler.core;

import org.jspecify.annotations.Nullable;

/** The end of one command as its executor told it. */
public record CommandOutcome(
    String commandId,
    String commandType,
    Result result,
    @Nullable String reason,
    @Nullable String message,
    String executor,
    @Nullable Long heldEpoch,
    @Nullable Long heldSeq,
    @Nullable Long resourceVersion,
    @Nullable String objectUid) {

  /** How a command ends. */
  public enum Result {
    DONE,
    REFUSED,
    FAILED,
    SUPERSEDED,
    EXPIRED,
    UNKNOWN
  }
}
