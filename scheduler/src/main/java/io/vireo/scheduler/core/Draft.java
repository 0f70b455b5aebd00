package io.vireo.scheduler.core;

import io.vireo.scheduler.core.Decision.Event;
import io.vireo.scheduler.core.Decision.Issued;
import io.vireo.scheduler.core.Decision.Told;
import io.vireo.scheduler.core.VmiState.Attempt;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.Observed;
import io.vireo.scheduler.core.VmiState.Pending;
import io.vireo.scheduler.core.VmiState.PhaseTime;
import io.vireo.scheduler.core.VmiState.Progress;
import io.vireo.scheduler.core.VmiState.Shown;
import io.vireo.scheduler.core.VmiState.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of one decision. It lives within one call of {@link Evolution} or {@link
 * Decider}, so that both stay functions of their arguments.
 */
final class Draft {

  private static final String ACTOR = "vireo";

  /** Attempts at these mean nothing to the next epoch. */
  private static final Set<String> OF_ONE_EPOCH =
      Set.of("CreateLauncherPod", "StartDomain", "StopDomain", "DestroyDomain", "SetPodReady");

  final VmiRef ref;
  final long nowMs;
  Observed observed;
  @Nullable Epoch epoch;
  Shown shown;
  @Nullable String ended;
  @Nullable OwnedVmi told;

  private long seq;
  private long eventSequence;
  long highestEpoch;
  long plannedEpoch;
  int launchFailures;
  final Map<String, Pending> pending;
  private final Attempts attempts;
  private final Set<String> emitted;
  private final List<Issued> commands = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Told> telling = new ArrayList<>();
  private OptionalLong wakeUp = OptionalLong.empty();

  Draft(VmiState state, long nowMs) {
    this.ref = state.ref();
    this.nowMs = nowMs;
    this.observed = state.observed();
    this.epoch = state.epoch();
    this.shown = state.shown();
    this.told = state.told();
    Progress progress = state.progress();
    this.seq = progress.seq();
    this.eventSequence = progress.events();
    this.highestEpoch = progress.highestEpoch();
    this.plannedEpoch = progress.plannedEpoch();
    this.launchFailures = progress.launchFailures();
    this.pending = new TreeMap<>(progress.pending());
    this.attempts = new Attempts(progress.attempts());
    this.emitted = new TreeSet<>(progress.emitted());
  }

  VmiState state() {
    return new VmiState(
        ref,
        observed,
        epoch,
        shown,
        new Progress(
            seq,
            eventSequence,
            highestEpoch,
            plannedEpoch,
            launchFailures,
            pending,
            attempts.all(),
            emitted),
        told);
  }

  Decision decision() {
    return new Decision(ended != null ? null : state(), commands, events, telling, ended, wakeUp);
  }

  /** The end is proven: it is told, and nothing is kept. */
  void end(String proof) {
    event("VmiEnded", "Proven", proof);
    ended = proof;
  }

  /** Tells an owner. */
  void tell(String ownerUid, OwnedVmi vmi) {
    telling.add(new Told(ownerUid, vmi));
  }

  // -- commands

  /** Issues a command; its end is awaited. */
  void issue(Command command) {
    issue(command, null, null, null);
  }

  void issue(
      Command command, @Nullable String target, @Nullable String hash, @Nullable String phase) {
    issue(command, epoch == null ? 0 : epoch.number(), target, hash, phase);
  }

  /** Issues a command about an epoch that need not be the newest. */
  void issue(
      Command command,
      long number,
      @Nullable String target,
      @Nullable String hash,
      @Nullable String phase) {
    seq++;
    String id = ref.uid() + "/" + number + "/" + seq;
    Desired desired = observed.desired();
    long generation = desired == null ? 0 : desired.generation();
    commands.add(new Issued(id, number, seq, generation, command));
    pending.put(id, new Pending(command.type(), number, nowMs, target, hash, phase));
    Map<String, String> attributes = new HashMap<>();
    attributes.put("commandType", command.type());
    if (target != null) {
      attributes.put("target", target);
    }
    String node = command instanceof Command.ToNode toNode ? toNode.node() : null;
    events.add(
        new Event(
            "CommandIssued",
            ++eventSequence,
            ACTOR,
            generation,
            number,
            node,
            id,
            null,
            null,
            attributes));
  }

  /** A command of this type about this epoch of this target has no end yet. */
  boolean isPending(String type, long number, String target) {
    return pending.values().stream()
        .anyMatch(p -> p.type().equals(type) && p.epoch() == number && target.equals(p.target()));
  }

  boolean isPending(String type) {
    return pending.values().stream().anyMatch(p -> p.type().equals(type));
  }

  /** Same, for the newest epoch; a Start that an earlier one never ended is in nobody's way. */
  boolean isPendingNow(String type) {
    long number = epoch == null ? 0 : epoch.number();
    return pending.values().stream().anyMatch(p -> p.type().equals(type) && p.epoch() == number);
  }

  boolean isPending(String type, String target) {
    return pending.values().stream()
        .anyMatch(p -> p.type().equals(type) && target.equals(p.target()));
  }

  /** When the newest of the commands to Kubernetes was issued that have no end yet. */
  OptionalLong newestPendingToCluster() {
    return pending.values().stream()
        .filter(p -> !Outcomes.TO_NODE.contains(p.type()))
        .mapToLong(Pending::issuedAtMs)
        .max();
  }

  /** A Kubernetes Event, at most once for each key. */
  void emitOnce(String key, String eventType, String reason, String message) {
    if (emitted.add(key)) {
      issue(new Command.EmitEvent(eventType, reason, message));
    }
  }

  /** A memory that is fresh numbers its commands above all of the one that was lost. */
  void countFromNow() {
    seq = Math.max(seq, nowMs);
  }

  /** Takes the highest numbers that anybody holds, so that a lost memory catches up. */
  void catchUp(@Nullable Long heldEpoch, @Nullable Long heldSeq) {
    if (heldEpoch != null) {
      highestEpoch = Math.max(highestEpoch, heldEpoch);
    }
    if (heldSeq != null) {
      seq = Math.max(seq, heldSeq);
    }
  }

  // -- attempts

  /** Attempts at what a node is to do about another epoch than the newest are counted apart. */
  String attemptKey(String type, long number) {
    boolean isOfNewest = epoch == null || epoch.number() == number;
    return isOfNewest || !Outcomes.TO_NODE.contains(type) ? type : type + "@" + number;
  }

  /**
   * The next attempt waits, each time longer.
   *
   * @param why what went wrong; null if only the effect is not seen yet
   */
  void failedAttempt(String key, @Nullable String why) {
    attempts.failed(key, why, nowMs);
  }

  Map<String, Attempt> attempts() {
    return attempts.all();
  }

  void succeeded(String key) {
    attempts.succeeded(key);
  }

  /** Whether another attempt is due; if not, a wake-up is asked for. */
  boolean mayTry(String type) {
    OptionalLong until = attempts.waitsUntil(type, nowMs);
    until.ifPresent(this::wakeAt);
    return until.isEmpty();
  }

  void wakeAt(long atMs) {
    wakeUp = OptionalLong.of(wakeUp.isPresent() ? Math.min(wakeUp.getAsLong(), atMs) : atMs);
  }

  // -- events

  void event(String type, @Nullable String reason, @Nullable String message) {
    event(type, ACTOR, reason, message, Map.of());
  }

  void event(
      String type,
      String actor,
      @Nullable String reason,
      @Nullable String message,
      Map<String, String> attributes) {
    Desired desired = observed.desired();
    events.add(
        new Event(
            type,
            ++eventSequence,
            actor,
            desired == null ? null : desired.generation(),
            epoch == null ? null : epoch.number(),
            epoch == null ? null : epoch.node(),
            null,
            reason,
            message,
            attributes));
  }

  void commandEnded(String type, CommandOutcome outcome, Pending was) {
    events.add(
        new Event(
            type,
            ++eventSequence,
            outcome.executor(),
            null,
            was.epoch(),
            null,
            outcome.commandId(),
            outcome.reason(),
            outcome.message(),
            Map.of("commandType", was.type())));
  }

  // -- epoch

  void openEpoch(long number, String podName) {
    highestEpoch = Math.max(highestEpoch, number);
    plannedEpoch = 0;
    epoch = Epoch.opened(number, podName, nowMs);
    event("EpochOpened", null, "Launcher pod " + podName + " is to be created.");
  }

  /** The newest epoch, where there must be one. */
  Epoch current() {
    return Objects.requireNonNull(epoch);
  }

  void bind(Pod pod) {
    Epoch before = current();
    epoch = before.withPod(pod);
    if (epoch.stage() == Stage.BOUND && before.stage() != Stage.BOUND) {
      event("EpochBound", null, "Launcher pod " + pod.name() + " is bound to " + pod.nodeName());
    }
  }

  void created(@Nullable String podUid) {
    if (current().stage() == Stage.CREATING) {
      epoch = current().withPodCreated(podUid);
    }
  }

  void close(String proof) {
    if (current().isClosed()) {
      return;
    }
    epoch = current().withProof(proof, nowMs);
    attempts.succeeded(OF_ONE_EPOCH);
    event("EpochClosed", "Proven", proof);
  }

  // -- phase

  void phase(String phase, @Nullable String reason) {
    if (phase.equals(shown.phase())) {
      return;
    }
    List<PhaseTime> times = new ArrayList<>(shown.times());
    times.removeIf(time -> time.phase().equals(phase));
    if (phase.equals("Scheduling")) {
      // Those of an earlier launcher that came further.
      times.removeIf(time -> time.phase().equals("Scheduled") || time.phase().equals("Running"));
    }
    times.add(new PhaseTime(phase, nowMs));
    String before = shown.phase();
    shown = shown.withPhase(phase, times);
    event(
        "PhaseChanged",
        ACTOR,
        reason,
        null,
        before == null ? Map.of("to", phase) : Map.of("from", before, "to", phase));
  }

  /**
   * A VMI is shown with its node from Scheduled on. One that is adopted with a node has been that,
   * and is not to go back to it.
   */
  void adoptScheduled() {
    List<PhaseTime> times = new ArrayList<>(shown.times());
    times.add(new PhaseTime("Scheduled", nowMs));
    shown = shown.withPhase(shown.phase(), times);
  }

  void problem(@Nullable Failure problem) {
    shown = shown.withProblem(problem);
  }
}
