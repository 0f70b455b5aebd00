package io.vireo.cluster.core;

import org.jspecify.annotations.Nullable;

/** How a command ended. */
public record Ending(
    Result result,
    @Nullable String reason,
    @Nullable String message,
    @Nullable Long resourceVersion,
    @Nullable String objectUid) {

  private static final int MESSAGE_MAX = 1024;

  /** The ways to end; the names are those on the topic but for their case. */
  public enum Result {
    DONE,
    REFUSED,
    FAILED,
    SUPERSEDED,
    UNKNOWN
  }

  public Ending {
    if (message != null && message.length() > MESSAGE_MAX) {
      message = message.substring(0, MESSAGE_MAX);
    }
  }

  /** It had its effect, as this object shows. */
  static Ending done(@Nullable Object object) {
    return new Ending(Result.DONE, null, null, versionOf(object), Trees.uid(object));
  }

  /** There is nothing left to do. */
  static Ending alreadySo(String reason) {
    return new Ending(Result.DONE, reason, null, null, null);
  }

  /** It cannot be done. */
  static Ending refused(String reason, String message) {
    return new Ending(Result.REFUSED, reason, message, null, null);
  }

  /** A newer command says all that this one said. */
  static Ending superseded() {
    return new Ending(
        Result.SUPERSEDED, "NewerWaits", "A newer command took its place.", null, null);
  }

  /** The object went on: what this command was decided upon is no longer so. */
  static Ending conflict(Object found) {
    return new Ending(
        Result.SUPERSEDED,
        "Conflict",
        "The object is of another version than the write was decided upon.",
        versionOf(found),
        Trees.uid(found));
  }

  private static @Nullable Long versionOf(@Nullable Object object) {
    String version = Trees.text(object, "metadata", "resourceVersion");
    return version != null && version.matches("[0-9]{1,18}") ? Long.valueOf(version) : null;
  }

  /** It was not tried once more; the effect may have happened, and been undone since. */
  static Ending notRepeated(String message) {
    return new Ending(Result.UNKNOWN, "NotRepeated", message, null, null);
  }

  /** It was given up; the effect may have happened. */
  static Ending unknown(String message) {
    return new Ending(Result.UNKNOWN, "TimedOut", message, null, null);
  }

  /** It broke on a fault of ours when the effect may have happened. */
  static Ending brokenUnderWay(String message) {
    return new Ending(Result.UNKNOWN, "InternalError", message, null, null);
  }

  /** It broke on a fault of ours before it had any effect. */
  static Ending failed(String message) {
    return new Ending(Result.FAILED, "InternalError", message, null, null);
  }
}
