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
    UNKNOWN;

    /** Name of the event that records it. */
    public String eventType() {
      return switch (this) {
        case DONE -> "CommandDone";
        case REFUSED -> "CommandRefused";
        case FAILED -> "CommandFailed";
        case SUPERSEDED -> "CommandSuperseded";
        case EXPIRED -> "CommandExpired";
        case UNKNOWN -> "CommandUnknown";
      };
    }
  }

  /** An end that no executor told. */
  public static CommandOutcome byVireo(
      String commandId, String commandType, Result result, String reason, String message) {
    return new CommandOutcome(
        commandId, commandType, result, reason, message, "vireo", null, null, null, null);
  }
}
