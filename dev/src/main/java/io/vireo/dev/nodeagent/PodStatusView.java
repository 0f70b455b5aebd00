package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A pod's status as its node reports it, in the form of a merge patch. Pure. */
final class PodStatusView {

  private static final String TRUE = "True";
  private static final String FALSE = "False";

  private final PodRecord podRecord;
  private final List<ContainerView> containers;
  private final Instant now;

  private PodStatusView(PodRecord podRecord, List<ContainerView> containers, Instant now) {
    this.podRecord = podRecord;
    this.containers = containers;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * The fields that the node owns; conditions of others are not among them and so stay.
   *
   * @param containers init containers first
   */
  static Map<String, Object> of(PodRecord podRecord, List<ContainerView> containers, Instant now) {
    return new PodStatusView(podRecord, containers, now).status();
  }

  /** The phase alone. */
  static String phase(PodRecord podRecord, List<ContainerView> containers) {
    return new PodStatusView(podRecord, containers, Instant.EPOCH).phase();
  }

  private Map<String, Object> status() {
    Map<String, Object> status = new LinkedHashMap<>();
    String phase = phase();
    status.put("phase", phase);
    // A null removes what was there.
    status.put("reason", podRecord.verdictIfAny().map(PodRecord.Verdict::reason).orElse(null));
    status.put("message", podRecord.verdictIfAny().map(PodRecord.Verdict::message).orElse(null));
    status.put("hostIP", NodeView.ADDRESS);
    status.put("hostIPs", List.of(Map.of("ip", NodeView.ADDRESS)));
    if (!podRecord.podIp.isEmpty()) {
      status.put("podIP", podRecord.podIp);
      status.put("podIPs", List.of(Map.of("ip", podRecord.podIp)));
    }
    if (!podRecord.startTime.isEmpty()) {
      status.put("startTime", podRecord.startTime);
    }
    status.put("conditions", conditions(phase));
    status.put("initContainerStatuses", statuses(true));
    status.put("containerStatuses", statuses(false));
    return status;
  }

  private String phase() {
    if (podRecord.verdict != null) {
      // A final phase says that nothing of the pod runs any more.
      return containers.stream().anyMatch(ContainerView::isRunning) ? "Running" : "Failed";
    }
    String policy =
        Optional.ofNullable(podRecord.pod.getSpec().getRestartPolicy()).orElse("Always");
    List<ContainerView> inits = containers.stream().filter(ContainerView::isInit).toList();
    List<ContainerView> mains = containers.stream().filter(c -> !c.isInit()).toList();
    boolean allEnded =
        mains.stream().allMatch(ContainerView::hasEnded)
            && containers.stream().noneMatch(ContainerView::isRunning);
    boolean allGood = mains.stream().allMatch(ContainerView::succeeded);
    if (!inits.stream().allMatch(ContainerView::initialized)) {
      boolean failed = inits.stream().anyMatch(c -> c.hasEnded() && !c.initialized());
      return failed && (policy.equals("Never") || podRecord.terminating) ? "Failed" : "Pending";
    }
    if (allEnded && (podRecord.terminating || !policy.equals("Always"))) {
      if (allGood) {
        return "Succeeded";
      }
      return policy.equals("Never") || podRecord.terminating ? "Failed" : "Running";
    }
    boolean someNeverStarted =
        mains.stream()
            .anyMatch(c -> c.state() instanceof ContainerView.Waiting && c.last().isEmpty());
    return someNeverStarted ? "Pending" : "Running";
  }

  private List<Map<String, Object>> conditions(String phase) {
    boolean over = phase.equals("Failed") || phase.equals("Succeeded");
    List<ContainerView> mains = containers.stream().filter(c -> !c.isInit()).toList();
    boolean initialized =
        phase.equals("Succeeded")
            || containers.stream()
                .filter(ContainerView::isInit)
                .allMatch(ContainerView::initialized);
    List<String> unready =
        mains.stream().filter(c -> !c.isRunning()).map(c -> c.container().getName()).toList();
    boolean containersReady = unready.isEmpty() && !over;
    List<String> gatesClosed = gatesClosed();
    String reason =
        phase.equals("Succeeded") ? "PodCompleted" : over ? "PodFailed" : "ContainersNotReady";
    String message = over || unready.isEmpty() ? "" : "containers with unready status: " + unready;
    List<Map<String, Object>> conditions = new ArrayList<>();
    conditions.add(condition("Initialized", initialized, "ContainersNotInitialized", ""));
    conditions.add(condition("ContainersReady", containersReady, reason, message));
    if (containersReady && !gatesClosed.isEmpty()) {
      conditions.add(
          condition(
              "Ready",
              false,
              "ReadinessGatesNotReady",
              gatesClosed.stream()
                  .map(
                      "corresponding condition of pod readiness gate \"%s\" is not True."
                          ::formatted)
                  .collect(Collectors.joining(", "))));
    } else {
      conditions.add(condition("Ready", containersReady, reason, message));
    }
    return conditions;
  }

  private List<String> gatesClosed() {
    List<PodReadinessGate> gates = podRecord.pod.getSpec().getReadinessGates();
    if (gates == null) {
      return List.of();
    }
    return gates.stream()
        .map(PodReadinessGate::getConditionType)
        .filter(type -> known(type).map(c -> !TRUE.equals(c.getStatus())).orElse(true))
        .toList();
  }

  private Optional<PodCondition> known(String type) {
    return Optional.ofNullable(podRecord.pod.getStatus()).stream()
        .flatMap(status -> status.getConditions().stream())
        .filter(condition -> type.equals(condition.getType()))
        .findFirst();
  }

  private Map<String, Object> condition(
      String type, boolean holds, String reasonIfNot, String messageIfNot) {
    String status = holds ? TRUE : FALSE;
    Map<String, Object> condition = new LinkedHashMap<>();
    condition.put("type", type);
    condition.put("status", status);
    condition.put("reason", holds ? null : reasonIfNot);
    condition.put("message", holds || messageIfNot.isEmpty() ? null : messageIfNot);
    condition.put(
        "lastTransitionTime",
        known(type)
            .filter(c -> status.equals(c.getStatus()) && c.getLastTransitionTime() != null)
            .map(PodCondition::getLastTransitionTime)
            .orElse(now.toString()));
    return condition;
  }

  private List<Map<String, Object>> statuses(boolean init) {
    if (podRecord.verdict != null && containers.stream().allMatch(c -> c.id().isEmpty())) {
      return List.of();
    }
    return containers.stream().filter(c -> c.isInit() == init).map(PodStatusView::status).toList();
  }

  private static Map<String, Object> status(ContainerView view) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("name", view.container().getName());
    status.put("image", view.container().getImage());
    status.put("imageID", view.imageId());
    status.put("restartCount", view.restarts());
    status.put("ready", (view.isInit() && !view.isSidecar()) ? view.succeeded() : view.isRunning());
    status.put("started", view.isRunning());
    if (!view.id().isEmpty()) {
      status.put("containerID", view.id());
    }
    status.put("state", state(view));
    status.put(
        "lastState",
        view.last()
            .<Map<String, Object>>map(exit -> Map.of("terminated", terminated(exit, view.id())))
            .orElse(Map.of()));
    return status;
  }

  private static Map<String, Object> state(ContainerView view) {
    return switch (view.state()) {
      case ContainerView.Waiting waiting -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("reason", waiting.reason());
        if (!waiting.message().isEmpty()) {
          fields.put("message", waiting.message());
        }
        yield Map.of("waiting", fields);
      }
      case ContainerView.Running running ->
          Map.of("running", Map.of("startedAt", time(running.since())));
      case ContainerView.Ended ended -> Map.of("terminated", terminated(ended.exit(), view.id()));
    };
  }

  private static Map<String, Object> terminated(Exit exit, String id) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("exitCode", exit.code());
    if (exit.started() && exit.code() > 128 && exit.code() <= 192) {
      fields.put("signal", exit.code() - 128);
    }
    fields.put("reason", exit.reason());
    if (!exit.message().isEmpty()) {
      fields.put("message", exit.message());
    }
    fields.put("startedAt", time(exit.startedAt()));
    fields.put("finishedAt", time(exit.finishedAt()));
    fields.put("containerID", id);
    return fields;
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
