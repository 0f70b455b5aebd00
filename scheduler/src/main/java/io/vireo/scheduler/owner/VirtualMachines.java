package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.owner.OwnerState.Made;
import io.vireo.scheduler.owner.OwnerState.Slot;
import io.vireo.scheduler.owner.OwnerState.StartFailure;
import io.vireo.scheduler.owner.OwnerState.VmMemory;
import io.vireo.scheduler.owner.VmSpec.Strategy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A VirtualMachine has at most one VMI, of its own name; it makes the next one only when the one
 * before has ended by proof.
 */
final class VirtualMachines {

  static final String FINALIZER = "kubevirt.io/virtualMachineControllerFinalize";
  static final String LAST_VMI_UID = "vireo.io/last-vmi-uid";
  static final String VM_GENERATION = "kubevirt.io/vm-generation";

  /** Kubernetes' own: the object is deleted, and what it owns is not. */
  private static final String ORPHAN = "orphan";

  private static final String NOT_SUPPORTED = "NotSupported";

  /** How long a VMI that is made may take to be told of before it is asked for again. */
  private static final long TOLD_MAX_MS = 60_000;

  private final OwnerDraft draft;
  private final OwnerDecider.Json json;
  private final OwnerDesired vm;
  private final VmSpec spec;

  VirtualMachines(OwnerDraft draft, OwnerDecider.Json json) {
    this.draft = draft;
    this.json = json;
    this.vm = draft.desired();
    this.spec = VmSpec.read(json.read(vm.specJson()));
  }

  /** A VMI was made, or was there already. */
  static void made(OwnerDraft draft, Slot slot, String uid) {
    if (!draft.ref.kind().equals(OwnerRef.VIRTUAL_MACHINE)) {
      return;
    }
    VmMemory memory = draft.vm;
    boolean once = Strategy.ONCE.wireName().equals(memory.strategy());
    draft.vm =
        memory
            .withNewest(new Made(uid, slot.generation(), slot.templateHash(), slot.forStart()))
            .withStrategy(memory.strategy(), memory.rerun(), memory.onceMade() || once);
  }

  void decide() {
    Optional<OwnedVmi> current = current();
    if (vm.deletedAtMs() != null) {
      delete(current);
      show(current, vm.requests(), null);
      return;
    }
    if (!spec.problems().isEmpty()) {
      refuse();
      show(current, vm.requests(), null);
      return;
    }
    OwnerOutcomes.forgive(draft, NOT_SUPPORTED);
    follow(current.orElse(null));
    StartFailures.note(draft, spec.strategy(), current.orElse(null), json);
    Requests requests = Requests.look(draft, spec.strategy(), current);
    if (current.isPresent()) {
      stop(current.get(), requests);
    } else {
      make(requests);
    }
    metadata(current.orElse(null));
    show(current, requests.left(), requests.coversStart() ? "Start" : null);
  }

  /** The VMI of its name; the newest, if somebody else made more of them. */
  private Optional<OwnedVmi> current() {
    return draft.vmis.values().stream()
        .filter(vmi -> vmi.name().equals(draft.ref.name()) && draft.isOurs(vmi))
        .max(Comparator.comparingLong(OwnedVmi::createdAtMs).thenComparing(OwnedVmi::uid));
  }

  private void refuse() {
    String message = String.join("; ", spec.problems());
    Failure before = draft.shown.failure();
    Failure failure = new Failure(NOT_SUPPORTED, message);
    if (!failure.equals(before)) {
      draft.event("SpecRefused", NOT_SUPPORTED, message);
    }
    OwnerOutcomes.failure(draft, failure);
  }

  /** What the strategies have to remember. */
  private void follow(@Nullable OwnedVmi vmi) {
    VmMemory memory = draft.vm;
    Strategy strategy = spec.strategy();
    String before = memory.strategy();
    boolean changed = !strategy.wireName().equals(before);
    boolean rerun = memory.rerun();
    boolean onceMade = memory.onceMade();
    if (changed) {
      // One that has a status was decided upon by a memory that is lost, which left it stopped.
      rerun = before != null || vm.statusHash().equals(noStatus());
      onceMade = before == null && vm.lastVmiUid() != null;
    }
    if (vmi != null) {
      onceMade = onceMade || strategy == Strategy.ONCE;
      if (!"Failed".equals(vmi.phase())) {
        rerun = false;
      } else if (!vmi.deleting()) {
        rerun = true;
      }
    }
    draft.vm = memory.withStrategy(strategy.wireName(), rerun, onceMade);
  }

  private String noStatus() {
    return json.ownerStatusHash(draft.ref.kind(), Map.of());
  }

  private void stop(OwnedVmi vmi, Requests requests) {
    boolean failed = "Failed".equals(vmi.phase());
    boolean byStrategy =
        switch (spec.strategy()) {
          case HALTED -> true;
          case ALWAYS -> vmi.isFinal();
          case RERUN_ON_FAILURE -> failed;
          case MANUAL, ONCE -> false;
        };
    boolean byRequest =
        vmi.uid().equals(requests.stopUid()) || (requests.start() != null && vmi.isFinal());
    if (byStrategy || byRequest) {
      delete(vmi.name(), vmi.uid(), vmi.deleting());
    }
  }

  private void delete(String name, String uid, boolean deleting) {
    String attempt = OwnerOutcomes.attemptKey(OwnerOutcomes.DELETE, uid);
    if (!deleting && !draft.isPending(OwnerOutcomes.DELETE, uid) && draft.mayTry(attempt)) {
      draft.issue(new OwnerCommand.DeleteVmi(name, uid), uid, null);
    }
  }

  private boolean wantsVmi(Requests requests) {
    return requests.start() != null
        || switch (spec.strategy()) {
          case ALWAYS -> true;
          case RERUN_ON_FAILURE -> draft.vm.rerun();
          case ONCE -> !draft.vm.onceMade();
          case MANUAL, HALTED -> false;
        };
  }

  private void make(Requests requests) {
    boolean wanted = wantsVmi(requests);
    Slot slot = draft.making.get(draft.ref.name());
    if (slot != null && slot.uid() != null) {
      awaitTold(slot, requests, wanted);
      return;
    }
    if (draft.isPending(OwnerOutcomes.CREATE)) {
      return;
    }
    if (!wanted) {
      // What may have been made is told of, and then decided upon.
      draft.making.clear();
      OwnerOutcomes.forgive(draft, OwnerOutcomes.FAILED_CREATE);
      return;
    }
    StartFailure failure = draft.vm.failure();
    if (failure != null && requests.start() == null && draft.nowMs < failure.retryAtMs()) {
      draft.wakeAt(failure.retryAtMs());
      return;
    }
    if (vm.finalizers().contains(FINALIZER) && draft.mayTry(OwnerOutcomes.CREATE)) {
      create(requests);
    }
  }

  /** It is made, and no record tells of it yet. */
  private void awaitTold(Slot slot, Requests requests, boolean wanted) {
    String uid = Objects.requireNonNull(slot.uid());
    if (spec.strategy() == Strategy.HALTED || uid.equals(requests.stopUid())) {
      delete(slot.name(), uid, false);
    }
    if (draft.nowMs < slot.madeAtMs() + TOLD_MAX_MS) {
      draft.wakeAt(slot.madeAtMs() + TOLD_MAX_MS);
    } else if (wanted && spec.strategy() != Strategy.HALTED) {
      // It may have gone before anybody saw it. If it is there, the same command says so.
      if (draft.mayTry(OwnerOutcomes.CREATE)) {
        create(requests);
      }
    } else {
      draft.making.remove(slot.name());
      draft.vm = draft.vm.withEnded(uid);
    }
  }

  private void create(Requests requests) {
    String name = draft.ref.name();
    OwnerDesired.StateChange start = requests.start();
    boolean forStart = start != null;
    boolean paused = start != null && start.asksForPaused();
    draft.making.put(
        name, new Slot(name, vm.generation(), templateHash(), forStart, paused, null, 0, null));
    draft.issue(
        new OwnerCommand.CreateVmi(
            name,
            vm.generation(),
            "revision-start-vm-" + draft.ref.uid() + "-" + vm.generation(),
            Map.of(VM_GENERATION, Long.toString(vm.generation())),
            paused),
        name,
        null);
  }

  private String templateHash() {
    Object template = spec.template();
    return template == null ? "" : json.hash(template);
  }

  /** Finalizer before the first VMI; the note that Once has had its VMI right after that. */
  private void metadata(@Nullable OwnedVmi vmi) {
    List<String> finalizers = vm.finalizers().contains(FINALIZER) ? List.of() : List.of(FINALIZER);
    if (spec.strategy() == Strategy.HALTED && vmi == null) {
      finalizers = List.of();
    }
    Map<String, @Nullable String> annotations = new TreeMap<>();
    if (spec.strategy() == Strategy.ONCE) {
      Made newest = draft.vm.newest();
      String uid = vmi != null ? vmi.uid() : newest == null ? null : newest.uid();
      if (uid != null && draft.vm.onceMade() && !uid.equals(vm.lastVmiUid())) {
        annotations.put(LAST_VMI_UID, uid);
      }
    } else if (vm.lastVmiUid() != null) {
      annotations.put(LAST_VMI_UID, null);
    }
    write(finalizers, List.of(), annotations);
  }

  private void write(
      List<String> add, List<String> remove, Map<String, @Nullable String> annotations) {
    if (add.isEmpty() && remove.isEmpty() && annotations.isEmpty()) {
      draft.attempts.succeeded(OwnerOutcomes.METADATA);
    } else if (!draft.isPending(OwnerOutcomes.METADATA) && draft.mayTry(OwnerOutcomes.METADATA)) {
      draft.issue(new OwnerCommand.WriteOwnerMetadata(add, remove, annotations), null, null);
    }
  }

  /** The VMI first, then the finalizer, once nothing of the VMI is left. */
  private void delete(Optional<OwnedVmi> current) {
    if (vm.finalizers().contains(ORPHAN)) {
      draft.vm = draft.vm.withOrphaning();
    }
    Slot slot = draft.making.get(draft.ref.name());
    if (!draft.vm.orphaning()) {
      current.ifPresent(vmi -> delete(vmi.name(), vmi.uid(), vmi.deleting()));
      if (current.isEmpty() && slot != null && slot.uid() != null) {
        delete(slot.name(), slot.uid(), false);
        if (draft.nowMs < slot.madeAtMs() + TOLD_MAX_MS) {
          draft.wakeAt(slot.madeAtMs() + TOLD_MAX_MS);
        } else {
          draft.making.remove(slot.name());
          slot = null;
        }
      }
    }
    boolean isMaking =
        draft.isPending(OwnerOutcomes.CREATE) || (slot != null && slot.uid() != null);
    boolean nothingLeft = current.isEmpty() && !isMaking;
    if ((draft.vm.orphaning() || nothingLeft) && vm.finalizers().contains(FINALIZER)) {
      write(List.of(), List.of(FINALIZER), Map.of());
    }
  }

  private void show(
      Optional<OwnedVmi> current, List<OwnerDesired.StateChange> requests, @Nullable String out) {
    VmStatus status = new VmStatus(draft, spec, current, templateHash());
    new OwnerStatus(draft, json).writeIfNews(status.render(requests), out);
  }
}
