package io.vireo.scheduler.core;

import io.vireo.scheduler.spec.SpecReader;
import io.vireo.scheduler.spec.SpecSettings;
import java.util.List;
import java.util.Map;

/**
 * Compares what is desired with what is observed. Level-triggered: it looks at the whole state and
 * does what is missing, whatever the input was. Thread-safe; a function of its arguments.
 */
public final class Decider {

  private final SpecSettings settings;
  private final SpecReader specs;
  private final Json json;

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
    this.settings = settings;
    this.specs = new SpecReader(settings);
    this.json = json;
  }

  /** Folds the input and decides. */
  public Decision decide(VmiState state, Input input, Surroundings around, long nowMs) {
    Draft draft = new Draft(state, nowMs);
    Evolution.apply(draft, input);
    if (draft.observed.desired() == null && !draft.observed.gone()) {
      // Only pods or reports were seen so far: nothing is known of what is wanted. Late ones of a
      // VMI whose end was proven leave nothing behind.
      draft.forgotten =
          draft.observed.pods().isEmpty()
              && draft.observed.domains().stream().allMatch(Domain::isProvenEnded);
      return draft.decision();
    }
    Adoption.adopt(draft, around);
    Proof.proveEnd(draft, around);
    if (draft.observed.isDeleting()) {
      new Stopping(draft, around, json).decide();
    } else {
      new Launching(draft, around, settings, specs, json).decide();
    }
    return draft.decision();
  }
}
