package io.vireo.scheduler.owner;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one input leads to.
 *
 * @param state the state after it; null once nothing of the owner is kept
 * @param ended how the end of the uid was proven, in the decision that forgets it
 * @param wakeUpAtMs when to decide again without an input
 */
public record OwnerDecision(
    @Nullable OwnerState state,
    List<Issued> commands,
    List<Event> events,
    @Nullable String ended,
    OptionalLong wakeUpAtMs) {

  public OwnerDecision {
    commands = List.copyOf(commands);
    events = List.copyOf(events);
  }

  /** The same, to be decided again at this time; never if 0. */
  public OwnerDecision wakingAt(long atMs) {
    return new OwnerDecision(
        state, commands, events, ended, atMs > 0 ? OptionalLong.of(atMs) : OptionalLong.empty());
  }

  /** A command with its place in the order of its owner. */
  public record Issued(String commandId, long seq, OwnerCommand command) {}

  /**
   * A fact for the record.
   *
   * @param type wire name out of the catalogue of event types
   */
  public record Event(
      String type,
      long sequence,
      String actor,
      @Nullable Long generation,
      @Nullable String vmiName,
      @Nullable String vmiUid,
      @Nullable String commandId,
      @Nullable String reason,
      @Nullable String message,
      Map<String, String> attributes) {

    public Event {
      // Sorted, so that the same event is the same bytes in every process.
      attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }
  }
}
