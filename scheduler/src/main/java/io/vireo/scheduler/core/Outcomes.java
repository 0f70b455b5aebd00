package io.vireo.scheduler.core;

import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.Pending;
import io.vireo.scheduler.core.VmiState.Shown;
import io.vireo.scheduler.core.VmiState.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Folds the ends of commands into the state; each command ends once. */
final class Outcomes {

  /** Done is not yet seen in the object: asked again only after a while. */
  private static final Set<String> SEEN_LATER = Set.of("DeleteLauncherPod", "RemoveFinalizer");

  private Outcomes() {}

  static void take(Draft draft, CommandOutcome outcome) {
    draft.catchUp(outcome.heldEpoch(), outcome.heldSeq());
    Pending was = draft.pending.remove(outcome.commandId());
    if (was == null) {
      // Told before: outcomes may repeat on the wire, each command ends once.
      return;
    }
    draft.commandEnded(eventType(outcome.result()), outcome, was);
    boolean done = outcome.result() == Result.DONE;
    boolean ofThisEpoch = draft.epoch != null && draft.epoch.number() == was.epoch();
    boolean effectIsSeenLater = SEEN_LATER.contains(was.type());
    if (done && !effectIsSeenLater) {
      draft.succeeded(was.type());
    } else if (outcome.result() != Result.SUPERSEDED) {
      draft.failedAttempt(was.type());
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
        if (ofThisEpoch && done) {
          draft.epoch = draft.current().withStopDone();
          endTold(draft, outcome);
          draft.close("the executor of the node acknowledged that nothing runs or will start");
        }
      }
      default -> {}
    }
  }

  /** The outcome of a Stop says how the guest ended; the node's report may come later. */
  private static void endTold(Draft draft, CommandOutcome outcome) {
    Epoch epoch = draft.current();
    Domain known = draft.state().currentDomain().orElse(null);
    if (outcome.message() == null
        || epoch.node() == null
        || (known != null && known.state().equals(Domain.ENDED))) {
      return;
    }
    List<Domain> domains = new ArrayList<>(draft.observed.domains());
    domains.remove(known);
    domains.add(
        new Domain(
            epoch.node(),
            Objects.requireNonNullElse(epoch.nodeUid(), ""),
            epoch.number(),
            known == null ? 0 : known.session(),
            known == null ? 0 : known.sequence(),
            Domain.ENDED,
            outcome.message(),
            null,
            true,
            known == null ? List.of() : known.interfaces(),
            known == null ? null : known.machineType(),
            draft.nowMs));
    draft.observed = draft.observed.withDomains(domains, draft.observed.domainIncarnation());
  }

  private static void written(Draft draft, CommandOutcome outcome, Pending was, boolean done) {
    if (!done || was.hash() == null) {
      return;
    }
    Shown shown = draft.shown;
    long version = Objects.requireNonNullElse(outcome.resourceVersion(), 0L);
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
        if (outcome.executor().startsWith("node/")) {
          // The dispatcher's refusals pass; a node's reason is one that the user should see.
          draft.problem(
              new Failure(
                  Objects.requireNonNullElse(outcome.reason(), "StartRefused"),
                  Objects.requireNonNullElse(
                      outcome.message(), "The node refused to start the domain.")));
        }
      }
      default -> {}
    }
  }

  private static String eventType(Result result) {
    return switch (result) {
      case DONE -> "CommandDone";
      case REFUSED -> "CommandRefused";
      case FAILED -> "CommandFailed";
      case SUPERSEDED -> "CommandSuperseded";
      case EXPIRED -> "CommandExpired";
      case UNKNOWN -> "CommandUnknown";
    };
  }
}
