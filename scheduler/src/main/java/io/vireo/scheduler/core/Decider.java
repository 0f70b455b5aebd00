package io.vireo.scheduler.core;

import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Compares what is desired with what is observed. Level-triggered: it looks at the whole state and
 * does what is missing, whatever the input was. Thread-safe; a function of its arguments.
 */
public final class Decider {

  /** How long the command topics keep a record. */
  public static final Duration COMMAND_RETENTION = Duration.ofDays(7);

  private final SpecSettings settings;
  private final SpecReader specs;
  private final Json json;
  private final long retentionMs;

  /** Trees to text and back; the same text for equal trees. */
  public interface Json {
    /** Writes a tree. */
    String write(Object tree);

    /** Reads a tree. */
    Object read(String text);

    /** Hash over what Vireo owns in a VMI. */
    String statusHash(
        Map<String, ?> status,
        Map<String, ?> labels,
        Map<String, ?> annotations,
        List<String> finalizers);
  }

  /** A decider for one installation. */
  public Decider(SpecSettings settings, Json json) {
    this(settings, json, COMMAND_RETENTION);
  }

  /**
   * Same, where the command topics keep a record for another time.
   *
   * @param commandRetention after which a command without an end has expired
   */
  public Decider(SpecSettings settings, Json json, Duration commandRetention) {
    this.settings = settings;
    this.specs = new SpecReader(settings);
    this.json = json;
    this.retentionMs = commandRetention.toMillis();
  }

  /** How long the command topics keep a record. */
  public Duration commandRetention() {
    return Duration.ofMillis(retentionMs);
  }

  /** Whether guests run by software emulation. */
  public boolean emulation() {
    return settings.emulation();
  }

  /** Folds the input and decides. */
  public Decision decide(VmiState state, Input input, Surroundings around, long nowMs) {
    Draft draft = new Draft(state, nowMs);
    Evolution.apply(draft, input);
    Outcomes.expire(draft, retentionMs);
    if (draft.observed.desired() == null && !draft.observed.gone()) {
      nothingWanted(draft, around);
    } else {
      compare(draft, around);
    }
    Telling.tell(draft);
    draft.pending.values().forEach(p -> draft.wakeAt(p.issuedAtMs() + retentionMs));
    return draft.decision();
  }

  /**
   * What is left of an input that {@link #decide} threw on: it is known as far as it can be folded,
   * so that nothing is taken for unwanted, and the record says so. Commands nothing.
   */
  public Decision failed(VmiState state, Input input, String message, long nowMs) {
    Draft draft = new Draft(state, nowMs);
    try {
      Evolution.apply(draft, input);
    } catch (RuntimeException e) {
      draft = new Draft(state, nowMs);
    }
    Telling.tell(draft);
    draft.event("DecisionFailed", null, message);
    return draft.decision();
  }

  /**
   * Only pods or reports were seen so far, no object; once the list is complete there is none. When
   * nothing of it is left either it has ended, so that nothing of it stays on the topics.
   */
  private static void nothingWanted(Draft draft, Surroundings around) {
    Strays strays = new Strays(draft, around);
    strays.destroyAll();
    strays.deletePodsOnFencedNodes();
    if (around.isListed()
        && draft.pending.isEmpty()
        && draft.observed.pods().isEmpty()
        && draft.observed.domains().stream().allMatch(Domain::isProvenEnded)) {
      draft.end("there is no object, and nothing of it is left");
    }
  }

  private void compare(Draft draft, Surroundings around) {
    Adoption.adopt(draft, around);
    Proof.proveEnd(draft, around);
    new Strays(draft, around).destroyOthers();
    if (draft.observed.isDeleting()) {
      new Stopping(draft, around, json).decide();
    } else {
      new Launching(draft, around, settings, specs, json).decide();
    }
  }
}
