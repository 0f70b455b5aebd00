package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.Observed;
import io.vireo.scheduler.core.VmiState.Shown;
import io.vireo.scheduler.core.VmiState.Written;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Folds inputs into the state. What is older than what is known changes nothing. */
final class Evolution {

  private Evolution() {}

  static void apply(Draft draft, Input input) {
    switch (input) {
      case Input.VmiSeen seen -> vmiSeen(draft, seen);
      case Input.VmiGone gone -> vmiGone(draft, gone);
      case Input.PodsSeen seen -> podsSeen(draft, seen);
      case Input.DomainsSeen seen -> domainsSeen(draft, seen);
      case Input.OutcomeSeen seen -> Outcomes.take(draft, seen.outcome());
      case Input.NodeChanged changed ->
          draft.event(
              "NodeObserved",
              Objects.requireNonNullElse(changed.actor(), "vireo"),
              changed.standing(),
              null,
              Map.of("node", changed.node(), "standing", changed.standing()));
      case Input.TimerFired fired -> draft.event("TimerFired", null, null);
      case Input.BarrierPassed passed -> askAgain(draft);
    }
  }

  /** A pod may have come and gone while nobody watched: no list and no watch tells of that. */
  private static void askAgain(Draft draft) {
    Epoch epoch = draft.epoch;
    if (epoch != null
        && !epoch.isClosed()
        && epoch.stage() == VmiState.Stage.CREATED
        && epoch.node() == null
        && !epoch.podSeen()) {
      draft.epoch = epoch.withPodUnlisted();
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
    draft.observed = before.withDesired(desired, seen.incarnation());
    if (old == null || old.resourceVersion() != desired.resourceVersion()) {
      StatusWriter.seenAnew(draft);
    }
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
    draft.shown = shown.withWritten(written, onObject);
    boolean deletionIsNew =
        desired.deletedAtMs() != null && (old == null || old.deletedAtMs() == null);
    draft.event(
        deletionIsNew ? "VmiDeletionRequested" : "VmiObserved",
        deletionIsNew ? "kubernetes" : actor(old, desired),
        null,
        null,
        Map.of("resourceVersion", Long.toString(desired.resourceVersion())));
  }

  /** Admission tells who changed what users write; what else changes is nobody's in particular. */
  private static String actor(@Nullable Desired old, Desired desired) {
    boolean byUser =
        old == null
            || old.generation() != desired.generation()
            || !old.labels().equals(desired.labels())
            || !old.annotations().equals(desired.annotations());
    return byUser && desired.actor() != null ? desired.actor() : "kubernetes";
  }

  private static void vmiGone(Draft draft, Input.VmiGone gone) {
    Observed before = draft.observed;
    if (gone.incarnation() < before.vmiIncarnation() || before.gone()) {
      return;
    }
    draft.observed = before.withGone(gone.incarnation());
    draft.event("VmiDeleted", "kubernetes", null, null, Map.of());
  }

  private static void podsSeen(Draft draft, Input.PodsSeen seen) {
    Observed before = draft.observed;
    if (seen.incarnation() < before.podIncarnation()) {
      return;
    }
    draft.observed = before.withPods(seen.pods(), seen.incarnation());
    draft.event("PodsObserved", "kubernetes", null, null, Map.of("pods", describe(seen.pods())));
    Proof.takePod(draft);
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
    draft.observed = before.withDomains(seen.domains(), seen.incarnation());
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
                draft.epoch = epoch.withRan();
              }
              if (domain.state().equals(Domain.PREPARING_FAILED)) {
                draft.epoch =
                    draft
                        .current()
                        .withFailure(
                            new Failure(
                                Objects.requireNonNullElse(domain.reason(), "LauncherFailed"),
                                Objects.requireNonNullElse(
                                    domain.message(),
                                    "The launcher could not prepare the domain.")));
              }
            });
    for (Domain domain : seen.domains()) {
      draft.catchUp(domain.epoch(), null);
    }
  }
}
