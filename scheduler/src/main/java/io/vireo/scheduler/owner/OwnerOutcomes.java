package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.CommandOutcome;
import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.VmiState.Attempt;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.owner.OwnerState.Pending;
import io.vireo.scheduler.owner.OwnerState.Slot;
import io.vireo.scheduler.owner.OwnerState.Written;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Folds the ends of commands into the state; each command ends once. */
final class OwnerOutcomes {

  static final String CREATE = "CreateVmi";
  static final String DELETE = "DeleteVmi";
  static final String RELEASE = "ReleaseVmi";
  static final String STATUS = "WriteOwnerStatus";
  static final String METADATA = "WriteOwnerMetadata";
  static final String FAILED_CREATE = "FailedCreate";
  static final String FAILED_DELETE = "FailedDelete";

  /** Done is not yet seen in the object: asked again only after a while. */
  private static final Set<String> SEEN_LATER = Set.of(DELETE, RELEASE, METADATA);

  /** The owner was of another version, or of another generation. */
  private static final Set<String> MOVED_ON = Set.of("Conflict", "GenerationChanged");

  /** Refusals that only say that the owner is on its way out. */
  private static final Set<String> NO_FAILURE =
      Set.of("GenerationChanged", "OwnerGone", "OwnerDeleting");

  /** The VMI is there, and its controller is another or none. */
  private static final String NOT_CONTROLLED = "NotControlled";

  private static final Set<Result> MAY_HAVE_HAPPENED =
      Set.of(Result.DONE, Result.UNKNOWN, Result.EXPIRED);

  private OwnerOutcomes() {}

  static void take(OwnerDraft draft, CommandOutcome outcome) {
    Pending was = draft.pending.remove(outcome.commandId());
    if (was == null) {
      // Told before: outcomes may repeat on the wire, each command ends once.
      return;
    }
    draft.commandEnded(outcome, was);
    String attempt = attemptKey(was);
    boolean done = outcome.result() == Result.DONE;
    boolean isSeen = !SEEN_LATER.contains(was.type()) || isGone(draft, was);
    if (done && isSeen) {
      draft.attempts.succeeded(attempt);
    } else if (outcome.result() != Result.SUPERSEDED
        && !isOfAnEarlierGeneration(draft, outcome, was)
        && draft.attempts.waitsUntil(attempt, draft.nowMs).isEmpty()) {
      // Of several that fail together one counts.
      draft.attempts.failed(attempt, done ? null : why(outcome), draft.nowMs);
    }
    switch (was.type()) {
      case CREATE -> created(draft, outcome, Objects.requireNonNull(was.target()));
      case DELETE -> deleted(draft, outcome, Objects.requireNonNull(was.target()));
      case STATUS -> written(draft, outcome, was);
      default -> {}
    }
  }

  /** The owner has moved on, and that was seen already: nothing is to be waited for. */
  private static boolean isOfAnEarlierGeneration(
      OwnerDraft draft, CommandOutcome outcome, Pending was) {
    Slot slot = was.target() == null ? null : draft.making.get(was.target());
    OwnerDesired seen = draft.observed.desired();
    return "GenerationChanged".equals(outcome.reason())
        && slot != null
        && seen != null
        && seen.generation() != slot.generation();
  }

  /** Of a VMI that has ended nobody asks any more whether its deletion is seen. */
  private static boolean isGone(OwnerDraft draft, Pending was) {
    String uid = was.target();
    return was.type().equals(DELETE)
        && uid != null
        && !draft.vmis.containsKey(uid)
        && draft.making.values().stream().map(Slot::uid).noneMatch(uid::equals);
  }

  /** Deletions are tried again each for itself; the rest is one matter each. */
  static String attemptKey(String type, String target) {
    return type.equals(DELETE) ? DELETE + "@" + target : type;
  }

  private static String attemptKey(Pending pending) {
    return attemptKey(pending.type(), pending.target() == null ? "" : pending.target());
  }

  private static String why(CommandOutcome outcome) {
    return outcome.reason() == null ? outcome.result().eventType() : outcome.reason();
  }

  private static void created(OwnerDraft draft, CommandOutcome outcome, String name) {
    Slot slot = draft.making.get(name);
    switch (outcome.result()) {
      case DONE -> {
        failure(draft, null);
        String uid = outcome.objectUid();
        if (slot == null || uid == null) {
          // Whoever does not say which VMI it was leaves it to what is told of it.
          draft.making.remove(name);
          return;
        }
        draft.emit("Normal", "SuccessfulCreate", "Created virtual machine instance " + name);
        VirtualMachines.made(draft, slot, uid);
        if (draft.vmis.containsKey(uid) || uid.equals(slot.endedUid())) {
          draft.making.remove(name);
        } else {
          draft.making.put(name, slot.withUid(uid, draft.nowMs));
        }
      }
      case REFUSED, FAILED -> {
        draft.making.remove(name);
        if (outcome.reason() == null || !NO_FAILURE.contains(outcome.reason())) {
          String message =
              outcome.message() == null
                  ? "The virtual machine instance was refused."
                  : outcome.message();
          failure(draft, new Failure(FAILED_CREATE, message));
        }
      }
      // The effect may have happened: the same command again is Done if it did.
      case UNKNOWN, EXPIRED, SUPERSEDED -> {}
    }
  }

  private static void deleted(OwnerDraft draft, CommandOutcome outcome, String uid) {
    switch (outcome.result()) {
      case DONE -> {
        forgive(draft, FAILED_DELETE);
        draft.emit(
            "Normal", "SuccessfulDelete", "Deleted virtual machine instance " + name(draft, uid));
      }
      case REFUSED, FAILED -> {
        // That it was let go is told by itself, and is nothing that failed.
        if (!NOT_CONTROLLED.equals(outcome.reason())) {
          failure(
              draft,
              new Failure(
                  FAILED_DELETE,
                  Objects.requireNonNullElse(
                      outcome.message(), "The deletion of the virtual machine instance failed.")));
        }
      }
      case UNKNOWN, EXPIRED, SUPERSEDED -> {}
    }
  }

  private static String name(OwnerDraft draft, String uid) {
    var vmi = draft.vmis.get(uid);
    return vmi == null ? uid : vmi.name();
  }

  /** What went wrong does not matter any more. */
  static void forgive(OwnerDraft draft, String reason) {
    Failure failure = draft.shown.failure();
    if (failure != null && failure.reason().equals(reason)) {
      draft.shown = draft.shown.withFailure(null);
    }
  }

  /** What went wrong shows in a condition, and once as an Event. */
  static void failure(OwnerDraft draft, @Nullable Failure next) {
    Failure before = draft.shown.failure();
    if (next != null && !next.equals(before)) {
      draft.emit("Warning", next.reason(), next.message());
    }
    draft.shown = draft.shown.withFailure(next);
  }

  private static void written(OwnerDraft draft, CommandOutcome outcome, Pending was) {
    if (was.target() != null && MAY_HAVE_HAPPENED.contains(outcome.result())) {
      Requests.noStartStands(draft);
    }
    Long found = outcome.resourceVersion();
    OwnerDesired seen = draft.observed.desired();
    Written written = draft.shown.written();
    if (outcome.result() == Result.SUPERSEDED && found != null) {
      if (written != null && found < written.resourceVersion()) {
        // The store was set back to before our own write.
        draft.shown = draft.shown.withWritten(null);
      }
      if (seen == null || seen.resourceVersion() != found) {
        // What was written meanwhile may be news: the next attempt waits for it.
        draft.attempts.failed(STATUS, "Conflict", draft.nowMs);
      }
    }
    if (outcome.result() == Result.DONE && was.hash() != null) {
      long version = found == null ? 0 : found;
      // The watch may have been faster than the outcome.
      String echo = seen != null && seen.resourceVersion() == version ? seen.statusHash() : null;
      draft.shown = draft.shown.withWritten(new Written(was.hash(), version, draft.nowMs, echo));
    }
  }

  /** The object was seen in another version: what waited for that need not wait longer. */
  static void seenAnew(OwnerDraft draft) {
    for (String key : List.of(STATUS, CREATE)) {
      Attempt attempt = draft.attempts.all().get(key);
      if (attempt != null && attempt.why() != null && MOVED_ON.contains(attempt.why())) {
        draft.attempts.succeeded(key);
      }
    }
  }

  /** Ends what is older than its topic keeps: nobody will answer it any more. */
  static void expire(OwnerDraft draft, long retentionMs) {
    for (Map.Entry<String, Pending> entry : List.copyOf(draft.pending.entrySet())) {
      if (draft.nowMs - entry.getValue().issuedAtMs() >= retentionMs) {
        take(draft, end(entry, Result.EXPIRED, "RetentionPassed", "No end came in time."));
      }
    }
  }

  /** The object is gone, so nobody waits for these: what became of them is not known. */
  static void endUnknown(OwnerDraft draft) {
    for (Map.Entry<String, Pending> entry : List.copyOf(draft.pending.entrySet())) {
      draft.pending.remove(entry.getKey());
      draft.commandEnded(
          end(entry, Result.UNKNOWN, "OutcomeLost", "The object is gone, and no outcome came."),
          entry.getValue());
    }
  }

  static OptionalLong newestPending(OwnerDraft draft) {
    return draft.pending.values().stream().mapToLong(Pending::issuedAtMs).max();
  }

  private static CommandOutcome end(
      Map.Entry<String, Pending> entry, Result result, String reason, String message) {
    return CommandOutcome.byVireo(entry.getKey(), entry.getValue().type(), result, reason, message);
  }
}
