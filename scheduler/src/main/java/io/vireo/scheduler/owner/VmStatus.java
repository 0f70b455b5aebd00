package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.Conditions;
import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.core.VmiState.Condition;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.owner.OwnerState.Made;
import io.vireo.scheduler.owner.OwnerState.StartFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The status of a VirtualMachine as people and clients read it. */
final class VmStatus {

  private static final Set<String> ON_THE_WAY_UP = Set.of("", "Pending", "Scheduling", "Scheduled");

  private final OwnerDraft draft;
  private final VmSpec spec;
  private final Optional<OwnedVmi> current;
  private final String templateHash;

  VmStatus(OwnerDraft draft, VmSpec spec, Optional<OwnedVmi> current, String templateHash) {
    this.draft = draft;
    this.spec = spec;
    this.current = current;
    this.templateHash = templateHash;
  }

  /** The whole status as a tree; conditions and summary are noted in the draft. */
  Map<String, Object> render(List<OwnerDesired.StateChange> requests) {
    draft.shown = draft.shown.withConditions(conditions());
    summarise();
    Map<String, Object> status = new TreeMap<>();
    status.put("created", current.isPresent());
    status.put("ready", current.filter(vmi -> vmi.isTrue("Ready")).isPresent());
    status.put("printableStatus", String.valueOf(draft.shown.summary()));
    status.put("conditions", Conditions.render(draft.shown.conditions()));
    status.put("desiredGeneration", draft.desired().generation());
    observedGeneration().ifPresent(observed -> status.put("observedGeneration", observed));
    if (spec.problems().isEmpty()) {
      status.put("runStrategy", spec.strategy().wireName());
    }
    StartFailure failure = draft.vm.failure();
    if (failure != null) {
      status.put(
          "startFailure",
          StartFailures.render(failure, Conditions.timestamp(failure.retryAtMs() + 999)));
    }
    if (!requests.isEmpty()) {
      status.put("stateChangeRequests", requests(requests));
    }
    return status;
  }

  private static List<Object> requests(List<OwnerDesired.StateChange> requests) {
    List<Object> list = new ArrayList<>();
    for (OwnerDesired.StateChange request : requests) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("action", request.action());
      if (request.vmiUid() != null) {
        item.put("uid", request.vmiUid());
      }
      if (!request.data().isEmpty()) {
        item.put("data", request.data());
      }
      list.add(item);
    }
    return list;
  }

  /** The generation that the guest runs: the newest one, if the template is as it was. */
  private Optional<Long> observedGeneration() {
    if (current.isEmpty() || isOfTodaysTemplate().orElse(false)) {
      return Optional.of(draft.desired().generation());
    }
    return Optional.ofNullable(current.get().vmGeneration());
  }

  /** Empty if it is not known what the VMI was made of. */
  private Optional<Boolean> isOfTodaysTemplate() {
    OwnedVmi vmi = current.orElseThrow();
    Long generation = vmi.vmGeneration();
    if (generation != null && generation == draft.desired().generation()) {
      return Optional.of(true);
    }
    Made newest = draft.vm.newest();
    return newest != null
            && newest.uid().equals(vmi.uid())
            && generation != null
            && generation == newest.generation()
        ? Optional.of(newest.templateHash().equals(templateHash))
        : Optional.empty();
  }

  private Map<String, Condition> conditions() {
    Map<String, Condition> wanted = new TreeMap<>();
    if (current.isPresent()) {
      wanted.putAll(current.get().conditions());
      if (!wanted.containsKey("Ready")) {
        OwnerStatus.put(
            wanted,
            draft,
            "Ready",
            "False",
            "VMIConditionMissing",
            "The virtual machine instance does not say yet whether it is ready.");
      }
      if (!current.get().isFinal() && !isOfTodaysTemplate().orElse(true)) {
        OwnerStatus.put(
            wanted,
            draft,
            "RestartRequired",
            "True",
            "TemplateChanged",
            "spec.template differs from what the guest was started with.");
      }
    } else {
      OwnerStatus.put(
          wanted, draft, "Ready", "False", "VMINotExists", "There is no virtual machine instance.");
    }
    Failure failure = draft.shown.failure();
    if (failure != null) {
      OwnerStatus.put(wanted, draft, "Failure", "True", failure.reason(), failure.message());
    }
    return wanted;
  }

  private void summarise() {
    String before = draft.shown.summary();
    String summary = summary();
    if (!summary.equals(before)) {
      draft.shown = draft.shown.withSummary(summary);
      draft.event(
          "StatusChanged",
          "vireo",
          null,
          null,
          before == null ? Map.of("to", summary) : Map.of("from", before, "to", summary));
    }
  }

  /** printableStatus: the first that is true, in the order that clients know. */
  private String summary() {
    if (draft.desired().deletedAtMs() != null) {
      return "Terminating";
    }
    if (current.isEmpty()) {
      if (!draft.making.isEmpty()) {
        return "Starting";
      }
      return isCrashLooping() ? "CrashLoopBackOff" : "Stopped";
    }
    OwnedVmi vmi = current.get();
    String phase = vmi.phase() == null ? "" : vmi.phase();
    if (vmi.deleting() && !vmi.isFinal()) {
      return "Stopping";
    }
    if (vmi.isTrue("Paused")) {
      return "Paused";
    }
    if (phase.equals("Running")) {
      return "Running";
    }
    if (ON_THE_WAY_UP.contains(phase)) {
      return trouble(vmi).orElse("Starting");
    }
    if (vmi.isFinal()) {
      return isCrashLooping() ? "CrashLoopBackOff" : "Stopped";
    }
    return "Unknown";
  }

  private static Optional<String> trouble(OwnedVmi vmi) {
    Condition synced = vmi.conditions().get("Synchronized");
    String reason = synced == null || synced.reason() == null ? "" : synced.reason();
    Condition scheduled = vmi.conditions().get("PodScheduled");
    if (reason.equals("FailedPvcNotFound")) {
      return Optional.of("ErrorPvcNotFound");
    }
    if (scheduled != null
        && scheduled.status().equals("False")
        && "Unschedulable".equals(scheduled.reason())) {
      return Optional.of("ErrorUnschedulable");
    }
    return reason.equals("ErrImagePull") || reason.equals("ImagePullBackOff")
        ? Optional.of(reason)
        : Optional.empty();
  }

  private boolean isCrashLooping() {
    return draft.vm.failure() != null && spec.strategy().startsByItself();
  }
}
