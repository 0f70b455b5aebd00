package io.vireo.node.core;

/**
 * The domain is to end.
 *
 * @param graceful by ACPI first
 * @param pressedAtMs when the power button was pressed last; 0 for never
 * @param forcedAtMs when it was destroyed last; 0 for never
 */
public record Stop(
    String commandId,
    String type,
    boolean graceful,
    long deadlineMs,
    long pressedAtMs,
    long forcedAtMs) {

  Stop withPressed(long ms) {
    return new Stop(commandId, type, graceful, deadlineMs, ms, forcedAtMs);
  }

  Stop withForced(long ms) {
    return new Stop(commandId, type, graceful, deadlineMs, pressedAtMs, ms);
  }
}
