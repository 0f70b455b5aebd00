package io.vireo.scheduler.core;

import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.VmiState.Epoch;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.Observed;
import io.vireo.scheduler.core.VmiState.Pending;
import io.vireo.scheduler.core.VmiState.Shown;
import io.vireo.scheduler.core.VmiState.Stage;
import io.vireo.scheduler.core.VmiState.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Folds inputs into the state. What is older than what is known changes nothing. */
final class Evolution {

  private static final String POD_GONE_UNBOUND = "the launcher pod was never bound and is gone";

  /** Done is not yet seen in the object: asked again only after a while. */
  private static final Set<String> SEEN_LATER = Set.of("DeleteLauncherPod", "RemoveFinalizer");

  private Evolution() {}

  static void apply(Draft draft, Input input) {
    switch (input) {
      case Input.VmiSeen seen -> vmiSeen(draft, seen);
      case Input.VmiGone gone -> vmiGone(draft, gone);
      case Input.PodsSeen seen -> podsSeen(draft, seen);
      case Input.DomainsSeen seen -> domainsSeen(draft, seen);
      case Input.OutcomeSeen seen -> outcome(draft, seen.outcome());
      case Input.NodeChanged changed ->
          draft.event(
              "NodeObserved",
              "vireo",
              changed.standing(),
              null,
              Map.of("node", changed.node(), "standing", changed.standing()));
      case Input.TimerFired fired -> draft.event("TimerFired", null, null);
      case Input.BarrierPassed passed -> {}
    }
  }

  private static void vmiSeen(Draft draft, Input.VmiSeen seen) {
    Observed before = draft.observed;
    Desired old = before.desired();
    if (seen.incarnation() < before.vmiIncarnation()
        || before.gone()
        || (old != null
            && seen.incarnation() == before.vmiIncarnation()
            && seen.desired().resourceVersion() < old.resourceVersion())) {
      return;
    }
    Desired desired = seen.desired();
    draft.observed =
        new Observed(
            desired,
            false,
            seen.incarnation(),
            before.pods(),
            before.podIncarnation(),
            before.domains(),
            before.domainIncarnation());
    Shown shown = draft.shown;
    Written written = shown.written();
    if (written != null && desired.resourceVersion() == written.resourceVersion()) {
      written =
          new Written(
              written.hash(), written.phase(), written.resourceVersion(), desired.statusHash());
    }
    long onObject =
        desired.epoch() != null && desired.finalizers().contains(StatusView.FINALIZER)
            ? Math.max(shown.epochOnObject(), desired.epoch())
            : shown.epochOnObject();
    draft.shown =
        new Shown(
            shown.phase(), shown.times(), shown.conditions(), shown.problem(), written, onObject);
    boolean deletionIsNew =
        desired.deletedAtMs() != null && (old == null || old.deletedAtMs() == null);
    draft.event(
        deletionIsNew ? "VmiDeletionRequested" : "VmiObserved",
        "kubernetes",
        null,
        null,
        Map.of("resourceVersion", Long.toString(desired.resourceVersion())));
  }

  private static void vmiGone(Draft draft, Input.VmiGone gone) {
    Observed before = draft.observed;
    if (gone.incarnation() < before.vmiIncarnation() || before.gone()) {
      return;
    }
    draft.observed =
        new Observed(
            before.desired(),
            true,
            gone.incarnation(),
            before.pods(),
            before.podIncarnation(),
            before.domains(),
            before.domainIncarnation());
    draft.event("VmiDeleted", "kubernetes", null, null, Map.of());
  }

  private static void podsSeen(Draft draft, Input.PodsSeen seen) {
    Observed before = draft.observed;
    if (seen.incarnation() < before.podIncarnation()) {
      return;
    }
    draft.observed =
        new Observed(
            before.desired(),
            before.gone(),
            before.vmiIncarnation(),
            seen.pods(),
            seen.incarnation(),
            before.domains(),
            before.domainIncarnation());
    draft.event("PodsObserved", "kubernetes", null, null, Map.of("pods", describe(seen.pods())));
    takePod(draft);
  }

  static void takePod(Draft draft) {
    Epoch epoch = draft.epoch;
    if (epoch == null) {
      return;
    }
    draft.state().currentPod().ifPresent(pod -> draft.bind(pod, null));
    boolean absent = draft.state().currentPod().isEmpty();
    Epoch now = Objects.requireNonNull(draft.epoch);
    if (absent && now.podSeen() && now.stage() != Stage.BOUND) {
      draft.close(POD_GONE_UNBOUND);
    }
  }

  private static String describe(List<Pod> pods) {
    StringBuilder text = new StringBuilder();
    for (Pod pod : pods) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(pod.name())
          .append(' ')
          .append(pod.deletedAtMs() == null ? pod.phase() : "Terminating")
          .append(pod.nodeName() == null ? "" : " on " + pod.nodeName());
    }
    return text.toString();
  }

  private static void domainsSeen(Draft draft, Input.DomainsSeen seen) {
    Observed before = draft.observed;
    if (seen.incarnation() < before.domainIncarnation()) {
      return;
    }
    draft.observed =
        new Observed(
            before.desired(),
            before.gone(),
            before.vmiIncarnation(),
            before.pods(),
            before.podIncarnation(),
            seen.domains(),
            seen.incarnation());
    Epoch epoch = draft.epoch;
    draft
        .state()
        .currentDomain()
        .ifPresent(
            domain -> {
              draft.event(
                  "DomainsObserved",
                  "node/" + domain.node(),
                  domain.reason(),
                  domain.message(),
                  Map.of("state", domain.state(), "proven", Boolean.toString(domain.proven())));
              if (epoch != null && !epoch.ran() && domain.hasRun()) {
                draft.ran();
              }
              if (domain.state().equals(Domain.PREPARING_FAILED)) {
                draft.epochFailed(
                    new Failure(
                        Objects.requireNonNullElse(domain.reason(), "LauncherFailed"),
                        Objects.requireNonNullElse(
                            domain.message(), "The launcher could not prepare the domain.")));
              }
            });
    for (Domain domain : seen.domains()) {
      draft.catchUp(domain.epoch(), null);
    }
  }

  private static void outcome(Draft draft, CommandOutcome outcome) {
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
          podGone(draft, was);
        }
      }
      case "SetPodReady" -> {
        if (ofThisEpoch) {
          draft.readySet(done);
        }
      }
      case "StartDomain" -> {
        if (ofThisEpoch) {
          started(draft, outcome);
        }
      }
      case "StopDomain", "DestroyDomain" -> {
        if (ofThisEpoch && done) {
          draft.stopDone(true);
          endTold(draft, outcome);
          draft.close("the executor of the node acknowledged that nothing runs or will start");
        }
      }
      default -> {}
    }
  }

  /** A pod that was never seen bound, so that no Start was issued, and that is not there. */
  private static void podGone(Draft draft, Pending was) {
    Epoch epoch = Objects.requireNonNull(draft.epoch);
    if (epoch.podName().equals(was.target())
        && epoch.stage() != Stage.BOUND
        && draft.state().currentPod().isEmpty()) {
      draft.close(POD_GONE_UNBOUND);
    }
  }

  /** The outcome of a Stop says how the guest ended; the node's report may come later. */
  private static void endTold(Draft draft, CommandOutcome outcome) {
    Epoch epoch = Objects.requireNonNull(draft.epoch);
    Domain known = draft.state().currentDomain().orElse(null);
    if (outcome.message() == null
        || epoch.node() == null
        || (known != null && known.state().equals(Domain.ENDED))) {
      return;
    }
    Observed before = draft.observed;
    List<Domain> domains = new ArrayList<>(before.domains());
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
    draft.observed =
        new Observed(
            before.desired(),
            before.gone(),
            before.vmiIncarnation(),
            before.pods(),
            before.podIncarnation(),
            domains,
            before.domainIncarnation());
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
    draft.shown =
        new Shown(
            shown.phase(),
            shown.times(),
            shown.conditions(),
            shown.problem(),
            new Written(was.hash(), was.phase(), version, echo),
            onObject);
  }

  private static void podCreated(Draft draft, CommandOutcome outcome) {
    switch (outcome.result()) {
      case DONE -> {
        draft.created(outcome.objectUid());
        takePod(draft);
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
        draft.startDone(true);
        draft.ran();
      }
      case FAILED ->
          draft.epochFailed(
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
