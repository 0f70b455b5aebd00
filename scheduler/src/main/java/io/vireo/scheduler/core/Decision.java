package io.vireo.scheduler.core;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one input leads to.
 *
 * @param state the state after it; null once the end is proven and nothing is kept
 * @param told what owners of the VMI are told of it
 * @param ended how the end of the uid was proven, in the decision that forgets it
 * @param wakeUpAtMs when to decide again without an input
 */
public record Decision(
    @Nullable VmiState state,
    List<Issued> commands,
    List<Event> events,
    List<Told> told,
    @Nullable String ended,
    OptionalLong wakeUpAtMs) {

  public Decision {
    commands = List.copyOf(commands);
    events = List.copyOf(events);
    told = List.copyOf(told);
  }

  /** The same, to be decided again at this time; never if 0. */
  public Decision wakingAt(long atMs) {
    return new Decision(
        state,
        commands,
        events,
        told,
        ended,
        atMs > 0 ? OptionalLong.of(atMs) : OptionalLong.empty());
  }

  /** A command with its place in the order of its VMI. */
  public record Issued(String commandId, long epoch, long seq, long generation, Command command) {}

  /** What one owner is told. It has lost the VMI if that names another owner or none. */
  public record Told(String ownerUid, OwnedVmi vmi) {}

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
      @Nullable Long epoch,
      @Nullable String node,
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
