package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Condition;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.PhaseTime;
import io.vireo.scheduler.core.VmiState.Shown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The status of a VMI as people and clients read it. */
final class StatusView {

  static final String FINALIZER = "kubevirt.io/foregroundDeleteVirtualMachine";
  static final String LABEL_NODE_NAME = "kubevirt.io/nodeName";
  static final String ANNOTATION_EPOCH = "vireo.io/epoch";

  private static final long LAUNCHER_UID = 107;

  private StatusView() {}

  /** Recomputes the conditions; one that stays as it is keeps its time. */
  static void update(Draft draft, Surroundings around) {
    Map<String, Condition> wanted = new TreeMap<>();
    Shown shown = draft.shown;
    put(wanted, shown, "Ready", ready(draft.state()), draft.nowMs);
    Optional<Pod> pod = draft.state().currentPod();
    pod.filter(p -> !p.scheduled() && p.nodeName() == null && p.unschedulableReason() != null)
        .ifPresent(
            p ->
                put(
                    wanted,
                    shown,
                    "PodScheduled",
                    new Verdict("False", p.unschedulableReason(), p.unschedulableMessage()),
                    draft.nowMs));
    if (shown.problem() != null && shown.problem().reason().equals(Claims.NOT_FOUND)) {
      // As if Kubernetes had said it of a pod, which is not made before.
      put(
          wanted,
          shown,
          "PodScheduled",
          new Verdict("False", "Unschedulable", shown.problem().message()),
          draft.nowMs);
    }
    paused(draft, wanted);
    if (draft.state().currentDomain().filter(Domain::hasAgent).isPresent()) {
      put(wanted, shown, "AgentConnected", new Verdict("True", null, null), draft.nowMs);
    }
    Failure trouble = new Trouble(draft, around).reason();
    if (trouble != null) {
      put(
          wanted,
          shown,
          "Synchronized",
          new Verdict("False", trouble.reason(), trouble.message()),
          draft.nowMs);
      if (shown.problem() == null && Trouble.isNews(trouble)) {
        draft.emitOnce(
            "trouble/" + trouble.reason() + "/" + draft.current().number(),
            "Warning",
            trouble.reason(),
            trouble.message().isEmpty() ? trouble.reason() : trouble.message());
      }
    }
    draft.shown = draft.shown.withConditions(wanted);
  }

  /**
   * A guest that stands still for want of its disks is paused; that it goes on again is told too.
   */
  private static void paused(Draft draft, Map<String, Condition> wanted) {
    boolean was = draft.shown.conditions().containsKey("Paused");
    Optional<Domain> domain = draft.state().currentDomain();
    boolean is = !draft.shown.isFinal() && domain.filter(Domain::isPausedOnIoError).isPresent();
    if (is) {
      put(
          wanted,
          draft.shown,
          "Paused",
          new Verdict("True", "PausedIOError", "VMI was paused, low-level IO error detected"),
          draft.nowMs);
    }
    if (is && !was) {
      draft.issue(
          new Command.EmitEvent(
              "Warning",
              "IOerror",
              "VM Paused due to IO error: a disk could not be read or written, as when storage is"
                  + " full. It goes on by itself once that works again."));
    } else if (was && !is && domain.filter(Domain::isAlive).isPresent()) {
      draft.issue(
          new Command.EmitEvent(
              "Normal", "Resumed", "The guest's disks work again, and it goes on."));
    }
  }

  private record Verdict(String status, @Nullable String reason, @Nullable String message) {}

  private static void put(
      Map<String, Condition> wanted, Shown shown, String type, Verdict verdict, long nowMs) {
    Condition before = shown.conditions().get(type);
    long since =
        before != null && before.status().equals(verdict.status()) ? before.sinceMs() : nowMs;
    wanted.put(type, new Condition(verdict.status(), verdict.reason(), verdict.message(), since));
  }

  private static Verdict ready(VmiState state) {
    Optional<Pod> pod = state.currentPod();
    if (pod.isEmpty()) {
      return new Verdict(
          "False",
          "PodNotExists",
          state.shown().isFinal()
              ? "no virt-launcher pod will be scheduled any more"
              : "virt-launcher pod has not yet been scheduled");
    }
    if (pod.get().deletedAtMs() != null) {
      return new Verdict("False", "PodTerminating", "virt-launcher pod is terminating");
    }
    if (!"Running".equals(state.shown().phase())) {
      return new Verdict("False", "GuestNotRunning", "Guest VM is not reported as running");
    }
    boolean paused = state.currentDomain().filter(d -> d.state().equals("paused")).isPresent();
    return paused
        ? new Verdict("False", "GuestNotRunning", "Guest VM is paused")
        : new Verdict("True", null, null);
  }

  /** The whole status as a tree. */
  static Map<String, Object> render(VmiState state) {
    Map<String, Object> status = new TreeMap<>();
    Shown shown = state.shown();
    if (shown.phase() != null) {
      status.put("phase", shown.phase());
    }
    if (shown.problem() != null && shown.isFinal()) {
      status.put("reason", shown.problem().reason());
    }
    status.put("runtimeUser", LAUNCHER_UID);
    status.put("phaseTransitionTimestamps", times(shown.times()));
    status.put("conditions", Conditions.render(shown.conditions()));
    boolean handedOver = shown.wasScheduled();
    Epoch epoch = state.epoch();
    if (epoch != null && epoch.node() != null && (handedOver || !epoch.isClosed())) {
      status.put("nodeName", epoch.node());
    }
    if (epoch != null && epoch.node() != null && handedOver) {
      status.put("migrationTransport", "Unix");
    }
    Optional<Pod> pod = state.currentPod();
    Map<String, Object> active = new TreeMap<>();
    pod.filter(p -> p.nodeName() != null && handedOver && !shown.isFinal())
        .ifPresent(p -> active.put(p.uid(), Objects.requireNonNull(p.nodeName())));
    if (!active.isEmpty()) {
      status.put("activePods", active);
    }
    Desired desired = state.observed().desired();
    revisionName(desired).ifPresent(name -> status.put("virtualMachineRevisionName", name));
    if (handedOver && desired != null && !shown.volumes().isEmpty()) {
      boolean running = epoch != null && epoch.ran();
      List<Domain.Volume> sizes = state.currentDomain().map(Domain::volumes).orElse(List.of());
      status.put(
          "volumeStatus", VolumeStatus.render(shown.volumes(), desired.claims(), sizes, running));
    }
    pod.map(Pod::qosClass).ifPresent(qos -> status.put("qosClass", qos));
    pod.flatMap(Pod::launcher)
        .ifPresent(
            c -> {
              int colon = c.image().lastIndexOf(':');
              if (colon > 0 && handedOver) {
                status.put("launcherContainerImageVersion", c.image());
              }
            });
    state
        .currentDomain()
        .ifPresent(
            domain -> {
              if (domain.machineType() != null) {
                status.put("machine", Map.of("type", domain.machineType()));
              }
              if (epoch != null && epoch.ran()) {
                status.put("interfaces", GuestStatus.interfaces(domain, pod));
                GuestStatus.osInfo(domain).ifPresent(os -> status.put("guestOSInfo", os));
              }
            });
    return status;
  }

  /** The ControllerRevision of the VirtualMachine that it was made of. */
  private static Optional<String> revisionName(@Nullable Desired desired) {
    if (desired == null
        || desired.controller() == null
        || !desired.controller().kind().equals(Desired.Controller.VIRTUAL_MACHINE)) {
      return Optional.empty();
    }
    String uid = desired.controller().uid();
    return Optional.ofNullable(Telling.vmGeneration(desired))
        .map(generation -> "revision-start-vm-" + uid + "-" + generation);
  }

  private static List<Object> times(List<PhaseTime> times) {
    List<Object> list = new ArrayList<>();
    for (PhaseTime time : times) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("phase", time.phase());
      item.put("phaseTransitionTimestamp", Conditions.timestamp(time.atMs()));
      list.add(item);
    }
    return list;
  }
}
