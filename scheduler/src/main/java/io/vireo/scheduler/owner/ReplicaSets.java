package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.Conditions;
import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.core.VmiState.Attempt;
import io.vireo.scheduler.core.VmiState.Condition;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.owner.OwnerState.SetMemory;
import io.vireo.scheduler.owner.OwnerState.Slot;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A ReplicaSet has as many VMIs as it wants: it makes what is missing, deletes what is too much and
 * replaces those whose guest has ended. Never more than one above what is wanted run, those on
 * their way out included, so the replacement of several waits for their ends.
 */
final class ReplicaSets {

  /** VMIs in creation, and deletions without an end, at the same time. */
  private static final int BURST = 20;

  /** How long a VMI that is made may take to be told of before it is asked for again. */
  private static final long TOLD_MAX_MS = 60_000;

  /** Attempts at guests that end before they run. */
  private static final String START = "start";

  private static final String REFUSED = "NotSupported";
  private static final String LETTERS = "bcdfghjkmnpqrstvwxz2456789";
  private static final int SUFFIX = 5;
  private static final int NAME_MAX = 63;

  private final OwnerDraft draft;
  private final OwnerDecider.Json json;
  private final OwnerDesired set;
  private final SetSpec spec;

  /** Those that it controls and selects; one whose labels were changed is left alone. */
  private final List<OwnedVmi> ours;

  private final List<OwnedVmi> active;

  ReplicaSets(OwnerDraft draft, OwnerDecider.Json json) {
    this.draft = draft;
    this.json = json;
    this.set = draft.desired();
    this.spec = SetSpec.read(json.read(set.specJson()));
    this.ours =
        draft.vmis.values().stream()
            .filter(vmi -> draft.isOurs(vmi) && spec.matches(vmi.labels()))
            .toList();
    this.active = ours.stream().filter(vmi -> !vmi.isFinal() && !vmi.deleting()).toList();
  }

  void decide() {
    if (set.deletedAtMs() != null) {
      // Kubernetes deletes or orphans the VMIs, by their ownerReference.
      return;
    }
    if (!spec.problems().isEmpty()) {
      refuse();
    } else {
      OwnerOutcomes.forgive(draft, REFUSED);
      pause();
      noteFailures();
      if (!spec.paused()) {
        replace();
        scale();
      }
    }
    show();
  }

  private void refuse() {
    String message = String.join("; ", spec.problems());
    Failure failure = new Failure(REFUSED, message);
    if (!failure.equals(draft.shown.failure())) {
      draft.event("SpecRefused", REFUSED, message);
    }
    OwnerOutcomes.failure(draft, failure);
  }

  private void pause() {
    SetMemory memory = draft.set;
    if (spec.paused() != memory.paused()) {
      draft.set = new SetMemory(memory.counter(), spec.paused(), memory.failedUid());
      draft.emit(
          "Normal",
          spec.paused() ? "SuccessfulPaused" : "SuccessfulResumed",
          spec.paused() ? "Paused by spec.paused" : "Resumed: spec.paused is not set any more");
    }
  }

  /** Guests that end before they run are made again, but not as fast as they end. */
  private void noteFailures() {
    if (ours.stream().anyMatch(vmi -> vmi.isTrue("Ready"))) {
      draft.attempts.succeeded(START);
    }
    ours.stream()
        .filter(vmi -> "Failed".equals(vmi.phase()) && !vmi.ran() && !vmi.deleting())
        .max(Comparator.comparingLong(OwnedVmi::createdAtMs).thenComparing(OwnedVmi::uid))
        .filter(vmi -> !vmi.uid().equals(draft.set.failedUid()))
        .ifPresent(
            vmi -> {
              draft.set = new SetMemory(draft.set.counter(), draft.set.paused(), vmi.uid());
              draft.attempts.failed(START, "StartFailed", draft.nowMs);
              draft.event(
                  "StartFailed",
                  null,
                  "Virtual machine instance " + vmi.name() + " failed before its guest ran.");
            });
  }

  private void replace() {
    ours.stream().filter(OwnedVmi::isFinal).forEach(this::delete);
  }

  private void scale() {
    List<OwnedVmi> staying = active.stream().filter(vmi -> !isOnItsWayOut(vmi)).toList();
    askAgain(spec.replicas() - staying.size());
    long told = active.stream().filter(vmi -> draft.making.containsKey(vmi.name())).count();
    long making = draft.making.size() - told;
    long running = ours.stream().filter(vmi -> !vmi.isFinal()).count();
    long missing = spec.replicas() - staying.size() - making;
    if (missing <= 0 && making == 0) {
      OwnerOutcomes.forgive(draft, OwnerOutcomes.FAILED_CREATE);
    }
    if (missing < 0) {
      long tooMany = Math.min(-missing, staying.size());
      staying.stream().sorted(LEAST_WANTED).limit(tooMany).forEach(this::delete);
      return;
    }
    long room = spec.replicas() + 1 - running - making;
    long burst = BURST - (long) draft.making.size();
    create(Math.min(missing, Math.min(room, burst)));
  }

  /** Its deletion was asked for, also if no record shows it yet. */
  private boolean isOnItsWayOut(OwnedVmi vmi) {
    Attempt attempt =
        draft
            .attempts
            .all()
            .get(OwnerOutcomes.attemptKey(OwnerOutcomes.DELETE, vmi.uid()));
    return draft.isPending(OwnerOutcomes.DELETE, vmi.uid())
        || (attempt != null && attempt.why() == null);
  }

  /** Not ready before ready, young before old. */
  private static final Comparator<OwnedVmi> LEAST_WANTED =
      Comparator.comparing((OwnedVmi vmi) -> vmi.isTrue("Ready"))
          .thenComparing(vmi -> "Running".equals(vmi.phase()))
          .thenComparing(Comparator.comparingLong(OwnedVmi::createdAtMs).reversed())
          .thenComparing(OwnedVmi::uid);

  /**
   * A VMI that was made and is not told of may have gone before anybody saw it; one of which it is
   * not known whether it was made may be there. The same command again says so, or makes it.
   *
   * @param wanted how many are to be made at most; what is made beyond is told of, and deleted
   */
  private void askAgain(long wanted) {
    if (draft.making.isEmpty()) {
      return;
    }
    Set<String> told = draft.vmis.values().stream().map(OwnedVmi::name).collect(Collectors.toSet());
    for (Slot slot : List.copyOf(draft.making.values())) {
      if (draft.isPending(OwnerOutcomes.CREATE, slot.name())) {
        continue;
      }
      if (slot.uid() != null && draft.nowMs < slot.madeAtMs() + TOLD_MAX_MS) {
        draft.wakeAt(slot.madeAtMs() + TOLD_MAX_MS);
      } else if (told.contains(slot.name())) {
        draft.making.remove(slot.name());
      } else if (draft.making.size() > wanted) {
        draft.making.remove(slot.name());
      } else if (draft.mayTry(OwnerOutcomes.CREATE)) {
        create(slot.name());
      }
    }
  }

  private void create(long count) {
    for (long i = 0; i < count; i++) {
      if (!draft.mayTry(START) || !draft.mayTry(OwnerOutcomes.CREATE)) {
        return;
      }
      create(nextName());
    }
  }

  private void create(String name) {
    String template = json.hash(Objects.requireNonNull(spec.template()));
    draft.making.put(name, new Slot(name, set.generation(), template, false, false, null, 0, null));
    draft.issue(
        new OwnerCommand.CreateVmi(name, set.generation(), null, Map.of(), false), name, null);
  }

  /** The name of the set and five characters, other ones each time. */
  private String nextName() {
    long counter = draft.set.counter() + 1;
    draft.set = new SetMemory(counter, draft.set.paused(), draft.set.failedUid());
    String hash = json.hash(List.of(draft.ref.uid(), counter, set.createdAtMs()));
    StringBuilder name = new StringBuilder(draft.ref.name());
    name.setLength(Math.min(name.length(), NAME_MAX - SUFFIX));
    for (int i = 0; i < SUFFIX; i++) {
      int number = Integer.parseInt(hash.substring(4 * i, 4 * i + 4), 16);
      name.append(LETTERS.charAt(number % LETTERS.length()));
    }
    return name.toString();
  }

  private void delete(OwnedVmi vmi) {
    String attempt = OwnerOutcomes.attemptKey(OwnerOutcomes.DELETE, vmi.uid());
    if (!vmi.deleting()
        && !draft.isPending(OwnerOutcomes.DELETE, vmi.uid())
        && draft.countPending(OwnerOutcomes.DELETE) < BURST
        && draft.mayTry(attempt)) {
      draft.issue(new OwnerCommand.DeleteVmi(vmi.name(), vmi.uid()), vmi.uid(), null);
    }
  }

  private void show() {
    Map<String, Condition> wanted = new TreeMap<>();
    Failure failure = draft.shown.failure();
    if (failure != null) {
      OwnerStatus.put(
          wanted, draft, "ReplicaFailure", "True", failure.reason(), failure.message());
    }
    if (spec.paused()) {
      OwnerStatus.put(wanted, draft, "ReplicaPaused", "True", "Paused", "spec.paused is set");
    }
    draft.shown = draft.shown.withConditions(wanted);
    Map<String, Object> status = new TreeMap<>();
    status.put("replicas", active.size());
    status.put(
        "readyReplicas", (int) active.stream().filter(vmi -> vmi.isTrue("Ready")).count());
    status.put("labelSelector", spec.selectorText());
    if (!wanted.isEmpty()) {
      status.put("conditions", Conditions.render(wanted));
    }
    new OwnerStatus(draft, json).writeIfNews(status, null);
  }
}
