package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.Attempts;
import io.vireo.scheduler.core.CommandOutcome;
import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.owner.OwnerDecision.Event;
import io.vireo.scheduler.owner.OwnerDecision.Issued;
import io.vireo.scheduler.owner.OwnerState.Observed;
import io.vireo.scheduler.owner.OwnerState.Pending;
import io.vireo.scheduler.owner.OwnerState.Progress;
import io.vireo.scheduler.owner.OwnerState.SetMemory;
import io.vireo.scheduler.owner.OwnerState.Shown;
import io.vireo.scheduler.owner.OwnerState.Slot;
import io.vireo.scheduler.owner.OwnerState.VmMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of one decision. It lives within one call of {@link OwnerDecider}, so that that
 * stays a function of its arguments.
 */
final class OwnerDraft {

  private static final String ACTOR = "vireo";

  final OwnerRef ref;
  final long nowMs;
  Observed observed;
  final Map<String, OwnedVmi> vmis;
  final Map<String, Slot> making;
  VmMemory vm;
  SetMemory set;
  Shown shown;
  @Nullable String ended;
  final Map<String, Pending> pending;
  final Attempts attempts;

  private long seq;
  private long eventSequence;
  private final List<Issued> commands = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private OptionalLong wakeUp = OptionalLong.empty();

  OwnerDraft(OwnerState state, long nowMs) {
    this.ref = state.ref();
    this.nowMs = nowMs;
    this.observed = state.observed();
    this.vmis = new TreeMap<>(state.vmis());
    this.making = new TreeMap<>(state.making());
    this.vm = state.vm();
    this.set = state.set();
    this.shown = state.shown();
    Progress progress = state.progress();
    this.seq = progress.seq();
    this.eventSequence = progress.events();
    this.pending = new TreeMap<>(progress.pending());
    this.attempts = new Attempts(progress.attempts());
  }

  OwnerDecision decision() {
    OwnerState state =
        new OwnerState(
            ref,
            observed,
            vmis,
            making,
            vm,
            set,
            shown,
            new Progress(seq, eventSequence, pending, attempts.all()));
    return new OwnerDecision(ended == null ? state : null, commands, events, ended, wakeUp);
  }

  /** The object, where there must be one. */
  OwnerDesired desired() {
    return Objects.requireNonNull(observed.desired());
  }

  /** Nothing of it is left: it is told, and nothing is kept. */
  void end(String proof) {
    event("VmEnded", "Proven", proof);
    ended = proof;
  }

  // -- commands

  /**
   * Issues a command; its end is awaited.
   *
   * @param target name of the VMI to make, uid of the one to delete
   */
  void issue(OwnerCommand command, @Nullable String target, @Nullable String hash) {
    seq++;
    String id = ref.uid() + "/0/" + seq;
    commands.add(new Issued(id, seq, command));
    pending.put(id, new Pending(command.type(), nowMs, target, hash));
    Map<String, String> attributes = new HashMap<>();
    attributes.put("commandType", command.type());
    String name = null;
    String uid = null;
    switch (command) {
      case OwnerCommand.CreateVmi create -> name = create.vmiName();
      case OwnerCommand.DeleteVmi delete -> {
        name = delete.vmiName();
        uid = delete.vmiUid();
      }
      case OwnerCommand.ReleaseVmi release -> {
        name = release.vmiName();
        uid = release.vmiUid();
      }
      case OwnerCommand.EmitEvent emit -> attributes.put("event", emit.reason());
      case OwnerCommand.WriteOwnerStatus write ->
          attributes.put("basedOn", Long.toString(write.basedOn()));
      case OwnerCommand.WriteOwnerMetadata write -> {}
    }
    events.add(
        new Event(
            "CommandIssued",
            ++eventSequence,
            ACTOR,
            generation(),
            name,
            uid,
            id,
            null,
            null,
            attributes));
  }

  /** A Kubernetes Event about the owner. */
  void emit(String eventType, String reason, String message) {
    issue(new OwnerCommand.EmitEvent(eventType, reason, message), null, null);
  }

  boolean isPending(String type) {
    return pending.values().stream().anyMatch(each -> each.type().equals(type));
  }

  boolean isPending(String type, String target) {
    return pending.values().stream()
        .anyMatch(each -> each.type().equals(type) && target.equals(each.target()));
  }

  long countPending(String type) {
    return pending.values().stream().filter(each -> each.type().equals(type)).count();
  }

  /** A memory that is fresh numbers its commands above all of the one that was lost. */
  void countFromNow() {
    seq = Math.max(seq, nowMs);
  }

  // -- attempts

  /** Whether another attempt is due; if not, a wake-up is asked for. */
  boolean mayTry(String key) {
    OptionalLong until = attempts.waitsUntil(key, nowMs);
    until.ifPresent(this::wakeAt);
    return until.isEmpty();
  }

  void wakeAt(long atMs) {
    wakeUp = OptionalLong.of(wakeUp.isPresent() ? Math.min(wakeUp.getAsLong(), atMs) : atMs);
  }

  // -- VMIs

  /** Whether a VMI that names this controller is of the namespace that it says it is of. */
  boolean isOurs(OwnedVmi vmi) {
    return vmi.namespace().equals(ref.namespace());
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
    events.add(
        new Event(
            type,
            ++eventSequence,
            actor,
            generation(),
            null,
            null,
            null,
            reason,
            message,
            attributes));
  }

  void vmiEvent(String type, OwnedVmi vmi, Map<String, String> attributes) {
    events.add(
        new Event(
            type,
            ++eventSequence,
            ACTOR,
            vmi.vmGeneration(),
            vmi.name(),
            vmi.uid(),
            null,
            null,
            null,
            attributes));
  }

  void commandEnded(CommandOutcome outcome, Pending was) {
    boolean create = was.type().equals("CreateVmi");
    boolean other = was.type().equals("DeleteVmi") || was.type().equals("ReleaseVmi");
    events.add(
        new Event(
            outcome.result().eventType(),
            ++eventSequence,
            outcome.executor(),
            null,
            create ? was.target() : null,
            create ? outcome.objectUid() : other ? was.target() : null,
            outcome.commandId(),
            outcome.reason(),
            outcome.message(),
            Map.of("commandType", was.type())));
  }

  private @Nullable Long generation() {
    OwnerDesired desired = observed.desired();
    return desired == null ? null : desired.generation();
  }
}
