package io.vireo.scheduler.owner;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Compares an owner of VMIs with the VMIs that there are. Level-triggered: it looks at the whole
 * state and does what is missing, whatever the input was. Thread-safe; a function of its arguments.
 */
public final class OwnerDecider {

  /** How long an owner that is gone waits for the ends of what was to be written. */
  private static final long OUTCOME_MAX_MS = 30_000;

  private final Json json;
  private final long retentionMs;

  /** Trees to text and back; the same text and hash for equal trees. */
  public interface Json {
    /** Writes a tree. */
    String write(Object tree);

    /** Reads a tree. */
    Object read(String text);

    /** Hexadecimal digits, 32, that are the same for equal trees. */
    String hash(Object tree);

    /** Hash over the status of an owner of VMIs. */
    String ownerStatusHash(String kind, Map<String, ?> status);
  }

  /**
   * A decider.
   *
   * @param commandRetention after which a command without an end has expired
   */
  public OwnerDecider(Json json, Duration commandRetention) {
    this.json = json;
    this.retentionMs = commandRetention.toMillis();
  }

  /** Folds the input and decides. */
  public OwnerDecision decide(
      OwnerState state, OwnerInput input, OwnerSurroundings around, long nowMs) {
    OwnerDraft draft = new OwnerDraft(state, nowMs);
    OwnerEvolution.apply(draft, input);
    OwnerOutcomes.expire(draft, retentionMs);
    if (draft.observed.gone()) {
      finish(draft, "the object is gone");
    } else if (around.isListed(draft.ref.kind())) {
      if (draft.observed.desired() == null) {
        nothingWanted(draft);
      } else if (draft.ref.kind().equals(OwnerRef.VIRTUAL_MACHINE)) {
        new VirtualMachines(draft, json).decide();
      } else {
        new ReplicaSets(draft, json).decide();
      }
    }
    draft.pending.values().forEach(each -> draft.wakeAt(each.issuedAtMs() + retentionMs));
    return draft.decision();
  }

  /**
   * What is left of an input that {@link #decide} threw on: it is known as far as it can be folded,
   * and the record says so. Commands nothing.
   */
  public OwnerDecision failed(OwnerState state, OwnerInput input, String message, long nowMs) {
    OwnerDraft draft = new OwnerDraft(state, nowMs);
    try {
      OwnerEvolution.apply(draft, input);
    } catch (RuntimeException e) {
      draft = new OwnerDraft(state, nowMs);
    }
    draft.event("DecisionFailed", null, message);
    return draft.decision();
  }

  /** VMIs name an owner that is in no list: Kubernetes deletes them, and they may still be told. */
  private static void nothingWanted(OwnerDraft draft) {
    if (draft.vmis.isEmpty()) {
      finish(draft, "there is no object, and nothing of it is left");
    }
  }

  /** Whatever VMIs are left are Kubernetes' to delete, by their ownerReference, or nobody's. */
  private static void finish(OwnerDraft draft, String proof) {
    OptionalLong newest = OwnerOutcomes.newestPending(draft);
    if (newest.isPresent() && draft.nowMs < newest.getAsLong() + OUTCOME_MAX_MS) {
      // Each command has one end, and whoever writes to Kubernetes tells it.
      draft.wakeAt(newest.getAsLong() + OUTCOME_MAX_MS);
      return;
    }
    OwnerOutcomes.endUnknown(draft);
    draft.end(proof);
  }
}
