package io.vireo.scheduler.core;

import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.Pending;
import io.vireo.scheduler.core.VmiState.Shown;
import io.vireo.scheduler.core.VmiState.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Folds the ends of commands into the state; each command ends once. */
final class Outcomes {

  /** Done is not yet seen in the object: asked again only after a while. */
  private static final Set<String> SEEN_LATER = Set.of("DeleteLauncherPod", "RemoveFinalizer");

  /** Commands that a node's executor ends. */
  static final Set<String> TO_NODE = Set.of("StartDomain", "StopDomain", "DestroyDomain");

  /**
   * What another VM of the node has: only a person ends that, where other refusals pass by
   * themselves.
   */
  private static final Set<String> CONFLICTS = Set.of("NameTaken", "MacAddressInUse");

  private static final String NODE = "node/";

  private Outcomes() {}

  static void take(Draft draft, CommandOutcome outcome) {
    Pending told = draft.pending.get(outcome.commandId());
    if (told != null && isOfAnotherNode(outcome, told)) {
      // Only the node that was told may say what came of it.
      return;
    }
    draft.catchUp(outcome.heldEpoch(), outcome.heldSeq());
    Pending was = draft.pending.remove(outcome.commandId());
    if (was == null) {
      // Told before: outcomes may repeat on the wire, each command ends once.
      return;
    }
    draft.commandEnded(outcome.result().eventType(), outcome, was);
    boolean done = outcome.result() == Result.DONE;
    boolean ofThisEpoch = draft.epoch != null && draft.epoch.number() == was.epoch();
    boolean effectIsSeenLater = SEEN_LATER.contains(was.type());
    if (ofThisEpoch || isCountedForAny(was)) {
      String attempt = draft.attemptKey(was.type(), was.epoch());
      if (done && !effectIsSeenLater) {
        draft.succeeded(attempt);
      } else if (outcome.result() != Result.SUPERSEDED) {
        draft.failedAttempt(attempt, done ? null : why(outcome));
      }
    }
    switch (was.type()) {
      case "WriteStatus", "RemoveFinalizer" -> written(draft, outcome, was, done);
      case "CreateLauncherPod" -> {
        if (ofThisEpoch) {
          podCreated(draft, outcome);
        }
      }
      case "DeleteLauncherPod" -> {
        if (ofThisEpoch && done && "Gone".equals(outcome.reason())) {
          Proof.podGone(draft, was.target());
        }
      }
      case "SetPodReady" -> {
        if (ofThisEpoch) {
          draft.epoch = draft.current().withReadySet(done);
        }
      }
      case "StartDomain" -> {
        if (ofThisEpoch) {
          started(draft, outcome);
        }
      }
      case "StopDomain", "DestroyDomain" -> {
        if (done) {
          endTold(draft, outcome, was);
        }
        if (ofThisEpoch && done) {
          draft.epoch = draft.current().withStopDone();
          draft.close("the executor of the node acknowledged that nothing runs or will start");
        }
      }
      default -> {}
    }
  }

  /** Of an epoch that is over, only its destruction is still tried. */
  private static boolean isCountedForAny(Pending was) {
    return !TO_NODE.contains(was.type()) || was.type().equals("DestroyDomain");
  }

  private static String why(CommandOutcome outcome) {
    return outcome.reason() == null ? outcome.result().eventType() : outcome.reason();
  }

  /** The outcome of a Stop says how the guest ended; the node's report may come later. */
  private static void endTold(Draft draft, CommandOutcome outcome, Pending was) {
    String node = was.target();
    if (outcome.message() == null || node == null) {
      return;
    }
    Domain known =
        draft.observed.domains().stream()
            .filter(d -> d.epoch() == was.epoch() && d.node().equals(node))
            .findFirst()
            .orElse(null);
    if (known != null && known.state().equals(Domain.ENDED)) {
      return;
    }
    List<Domain> domains = new ArrayList<>(draft.observed.domains());
    domains.remove(known);
    domains.add(
        new Domain(
            node,
            known == null ? "" : known.nodeUid(),
            was.epoch(),
            known == null ? 0 : known.session(),
            known == null ? 0 : known.sequence(),
            Domain.ENDED,
            outcome.message(),
            null,
            true,
            known == null ? List.of() : known.interfaces(),
            known == null ? null : known.machineType(),
            null,
            draft.nowMs,
            known == null ? List.of() : known.volumes()));
    draft.observed = draft.observed.withDomains(domains, draft.observed.domainIncarnation());
  }

  private static void written(Draft draft, CommandOutcome outcome, Pending was, boolean done) {
    Long found = outcome.resourceVersion();
    if (outcome.result() == Result.SUPERSEDED && found != null) {
      StatusWriter.conflicted(draft, found);
    }
    if (!done || was.hash() == null) {
      return;
    }
    Shown shown = draft.shown;
    long version = found == null ? 0 : found;
    Desired seen = draft.observed.desired();
    // The watch may have been faster than the outcome.
    String echo = seen != null && seen.resourceVersion() == version ? seen.statusHash() : null;
    long onObject =
        was.target() == null
            ? shown.epochOnObject()
            : Math.max(shown.epochOnObject(), Long.parseLong(was.target()));
    draft.shown = shown.withWritten(new Written(was.hash(), was.phase(), version, echo), onObject);
  }

  private static void podCreated(Draft draft, CommandOutcome outcome) {
    switch (outcome.result()) {
      case DONE -> {
        draft.created(outcome.objectUid());
        Proof.takePod(draft);
        draft.problem(null);
      }
      case REFUSED, FAILED -> {
        String message =
            Objects.requireNonNullElse(outcome.message(), "The launcher pod was refused.");
        draft.problem(new Failure("FailedCreate", message));
        draft.close("the launcher pod was never created");
      }
      // The effect may have happened: the same command again is Done if it did.
      case UNKNOWN, EXPIRED, SUPERSEDED -> {}
    }
  }

  private static void started(Draft draft, CommandOutcome outcome) {
    switch (outcome.result()) {
      case DONE -> {
        draft.epoch = draft.current().withStartDone().withRan();
      }
      case FAILED ->
          draft.epoch =
              draft
                  .current()
                  .withFailure(
                      new Failure(
                          Objects.requireNonNullElse(outcome.reason(), "SyncFailed"),
                          Objects.requireNonNullElse(
                              outcome.message(), "libvirt could not start the domain.")));
      case REFUSED -> {
        if (outcome.executor().startsWith(NODE) && draft.current().failure() == null) {
          // The dispatcher's refusals pass; a node's reason is one that the user should see, unless
          // it only follows from a failure that is known.
          Failure why =
              new Failure(
                  Objects.requireNonNullElse(outcome.reason(), "StartRefused"),
                  Objects.requireNonNullElse(
                      outcome.message(), "The node refused to start the domain."));
          draft.problem(why);
          if (CONFLICTS.contains(why.reason())) {
            draft.emitOnce(
                "conflict/" + why.reason() + "/" + draft.current().number(),
                "Warning",
                why.reason(),
                why.message());
          }
        }
      }
      default -> {}
    }
  }

  /**
   * Ends what is older than its topic keeps: nobody will answer it any more. Asks for a wake-up for
   * the oldest that is left.
   */
  static void expire(Draft draft, long retentionMs) {
    for (Map.Entry<String, Pending> entry : List.copyOf(draft.pending.entrySet())) {
      Pending pending = entry.getValue();
      if (draft.nowMs - pending.issuedAtMs() >= retentionMs) {
        take(draft, ended(entry, Result.EXPIRED, "RetentionPassed", "No end came in time."));
      }
    }
  }

  private static boolean isOfAnotherNode(CommandOutcome outcome, Pending told) {
    return TO_NODE.contains(told.type())
        && outcome.executor().startsWith(NODE)
        && !outcome.executor().equals(NODE + told.target());
  }

  /** The object is gone, so nobody waits for these: what became of them is not known. */
  static void endUnknown(Draft draft) {
    for (Map.Entry<String, Pending> entry : List.copyOf(draft.pending.entrySet())) {
      draft.pending.remove(entry.getKey());
      CommandOutcome end =
          ended(entry, Result.UNKNOWN, "OutcomeLost", "The object is gone, and no outcome came.");
      draft.commandEnded(end.result().eventType(), end, entry.getValue());
    }
  }

  /** The commands to a node whose end nobody will tell, once the end of the VMI is proven. */
  static void endByProof(Draft draft, String proof) {
    for (Map.Entry<String, Pending> entry : List.copyOf(draft.pending.entrySet())) {
      Pending pending = entry.getValue();
      if (!TO_NODE.contains(pending.type())) {
        continue;
      }
      // A Start may have had its effect, whose end is what was proven; it asked for no end.
      boolean mayHaveHappened =
          pending.type().equals("StartDomain") && !neverStarted(draft, pending);
      draft.pending.remove(entry.getKey());
      CommandOutcome end =
          ended(
              entry,
              mayHaveHappened ? Result.UNKNOWN : Result.SUPERSEDED,
              "EndProven",
              "The end was proven otherwise: " + proof);
      draft.commandEnded(end.result().eventType(), end, pending);
    }
  }

  private static boolean neverStarted(Draft draft, Pending start) {
    return draft.observed.domains().stream()
        .anyMatch(
            d ->
                d.epoch() == start.epoch()
                    && d.node().equals(start.target())
                    && d.isProvenEnded()
                    && !d.hasRun());
  }

  private static CommandOutcome ended(
      Map.Entry<String, Pending> entry, Result result, String reason, String message) {
    return CommandOutcome.byVireo(entry.getKey(), entry.getValue().type(), result, reason, message);
  }
}
