package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Epoch;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.spec.DomainPlan;
import io.vireo.scheduler.spec.LauncherPod;
import io.vireo.scheduler.spec.Problem;
import io.vireo.scheduler.spec.SpecReader;
import io.vireo.scheduler.spec.SpecSettings;
import io.vireo.scheduler.spec.VmiSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Compares what is desired with what is observed. Level-triggered: it looks at the whole state and
 * does what is missing, whatever the input was. Thread-safe; a function of its arguments.
 */
public final class Decider {

  static final int LAUNCH_FAILURES_MAX = 5;

  /** How much later than the kubelet's word the executor's may come. */
  static final long WORD_OF_NODE_MS = 5_000;

  private static final String LAUNCH = "launch";
  private static final String START = "StartDomain";
  private static final String DESTROY = "DestroyDomain";
  private static final String CREATE = "CreateLauncherPod";
  private static final int MESSAGE_MAX = 1024;

  private final SpecSettings settings;
  private final SpecReader specs;
  private final Json json;

  /** Trees to text and back; the same text for equal trees. */
  public interface Json {
    /** Writes a tree. */
    String write(Object tree);

    /** Reads a tree. */
    Object read(String text);

    /** Hash over what Vireo owns in a VMI. */
    String statusHash(
        Map<String, ?> status,
        Map<String, ?> labels,
        Map<String, ?> annotations,
        List<String> finalizers);
  }

  /** A decider for one installation. */
  public Decider(SpecSettings settings, Json json) {
    this.settings = settings;
    this.specs = new SpecReader(settings);
    this.json = json;
  }

  /** Folds the input and decides. */
  public Decision decide(VmiState state, Input input, Surroundings around, long nowMs) {
    Draft draft = new Draft(state, nowMs);
    Evolution.apply(draft, input);
    if (draft.observed.desired() == null && !draft.observed.gone()) {
      // Only pods or reports were seen so far: nothing is known of what is wanted. Late ones of a
      // VMI whose end was proven leave nothing behind.
      draft.forgotten =
          draft.observed.pods().isEmpty()
              && draft.observed.domains().stream().allMatch(Domain::isProvenEnded);
      return draft.decision();
    }
    adoptEpoch(draft, around);
    proveEnd(draft, around);
    if (draft.observed.isDeleting()) {
      new Stopping(draft, around, json).decide();
    } else {
      start(draft, around);
    }
    return draft.decision();
  }

  /**
   * A memory that is fresh while the object, a pod or a node names an epoch: that epoch counts as
   * open until its end is proven.
   */
  private static void adoptEpoch(Draft draft, Surroundings around) {
    if (draft.epoch != null || draft.plannedEpoch > 0 || !around.isListed()) {
      return;
    }
    Desired desired = draft.observed.desired();
    long number = desired == null || desired.epoch() == null ? 0 : desired.epoch();
    for (Pod pod : draft.observed.pods()) {
      number = Math.max(number, pod.epoch());
    }
    for (Domain domain : draft.observed.domains()) {
      number = Math.max(number, domain.epoch());
    }
    if (number <= 0) {
      return;
    }
    draft.openEpoch(number, LauncherPod.name(draft.ref.name(), draft.ref.uid(), number));
    draft.created(null);
    Evolution.takePod(draft);
    for (Domain domain : draft.observed.domains()) {
      if (domain.epoch() == number && Objects.requireNonNull(draft.epoch).node() == null) {
        draft.adoptNode(domain.node(), domain.nodeUid());
      }
    }
    Epoch epoch = Objects.requireNonNull(draft.epoch);
    String node = desired == null ? null : desired.nodeName();
    if (epoch.node() == null && node != null) {
      draft.adoptNode(node, null);
    }
    draft.state().currentDomain().filter(Domain::hasRun).ifPresent(domain -> draft.ran());
    if (!epoch.podSeen() && Objects.requireNonNull(draft.epoch).node() == null) {
      draft.close("an epoch is named, but no pod and no node");
    }
    if (desired != null && desired.phase() != null) {
      draft.phase(desired.phase(), "Adopted");
    }
  }

  /** Closes the epoch once nothing of it can run any more. */
  private static void proveEnd(Draft draft, Surroundings around) {
    Epoch epoch = draft.epoch;
    if (epoch == null || epoch.isClosed()) {
      return;
    }
    if (epoch.node() != null && epoch.nodeUid() == null) {
      around.node(epoch.node()).ifPresent(node -> draft.nodeUid(node.uid()));
    }
    Optional<Domain> domain = draft.state().currentDomain();
    if (domain.filter(Domain::isProvenEnded).isPresent()) {
      if ("failed-to-start".equals(domain.get().reason()) && draft.isPendingNow(START)) {
        // The outcome of the Start, which says why, was sent before the report.
        return;
      }
      draft.close("node " + domain.get().node() + " reported the end: " + domain.get().reason());
      return;
    }
    Optional<Pod> pod = draft.state().currentPod();
    if (pod.filter(Pod::isProvenEnded).isPresent()) {
      if (awaitsWordOfNode(draft, around, epoch, pod.get())) {
        return;
      }
      draft.close("every container of pod " + pod.get().name() + " is terminated");
      return;
    }
    if (epoch.node() != null
        && around.node(epoch.node()).filter(Surroundings.Node::isFenced).isPresent()) {
      draft.close("node " + epoch.node() + " is fenced");
    }
  }

  /**
   * The pod tells that all has ended; how the guest ended is the node's to tell, a moment later.
   */
  private static boolean awaitsWordOfNode(Draft draft, Surroundings around, Epoch epoch, Pod pod) {
    long until = pod.lastFinishedAtMs() + WORD_OF_NODE_MS;
    boolean awaits =
        epoch.node() != null
            && draft.nowMs < until
            && around.node(epoch.node()).filter(Surroundings.Node::takesCommands).isPresent();
    if (awaits) {
      draft.wakeAt(until);
    }
    return awaits;
  }

  private void start(Draft draft, Surroundings around) {
    if (!draft.shown.isFinal()) {
      Epoch epoch = draft.epoch;
      if (epoch == null || epoch.isClosed()) {
        settleClosedEpoch(draft);
      }
      if (!draft.shown.isFinal()) {
        launch(draft, around);
      }
    }
    StatusView.update(draft);
    new StatusWriter(draft, json).writeIfNews();
  }

  /** What a closed epoch means for a VMI that is wanted. */
  private static void settleClosedEpoch(Draft draft) {
    Epoch epoch = draft.epoch;
    if (epoch == null) {
      return;
    }
    if (epoch.ran() || epoch.failure() != null) {
      GuestEnd end = GuestEnd.of(draft.state(), false);
      draft.problem(end.failure().orElse(null));
      draft.phase(end.phase(), end.reason());
      draft.emitOnce(
          "stopped/" + epoch.number(),
          end.phase().equals("Failed") ? "Warning" : "Normal",
          end.phase().equals("Failed") && epoch.failure() != null
              ? epoch.failure().reason()
              : "Stopped",
          end.message());
      return;
    }
    if (draft.plannedEpoch == 0) {
      draft.launchFailures++;
      draft.failedAttempt(LAUNCH);
      // Decided once for this epoch: the next one is planned from here on.
      draft.plannedEpoch = draft.highestEpoch + 1;
      if (draft.shown.problem() == null) {
        draft.problem(new Failure("LauncherFailed", launcherMessage(draft, epoch)));
      }
      Failure problem = Objects.requireNonNull(draft.shown.problem());
      draft.emitOnce(
          "launch-failed/" + epoch.number(), "Warning", problem.reason(), problem.message());
      if (draft.launchFailures >= LAUNCH_FAILURES_MAX) {
        draft.phase("Failed", problem.reason());
      }
    }
  }

  private static String launcherMessage(Draft draft, Epoch epoch) {
    String detail =
        draft
            .state()
            .currentPod()
            .map(
                pod ->
                    pod.reason() != null
                        ? pod.reason() + ": " + pod.message()
                        : pod.containers().stream()
                            .filter(c -> c.state().equals("terminated"))
                            .map(c -> c.reason() + ", exit code " + c.exitCode())
                            .findFirst()
                            .orElse(pod.phase()))
            .orElse(epoch.closed());
    return "Launcher pod "
        + epoch.podName()
        + " ended before the domain was formed ("
        + detail
        + ").";
  }

  private void launch(Draft draft, Surroundings around) {
    Epoch epoch = draft.epoch;
    if (epoch == null || epoch.isClosed()) {
      open(draft, around);
      return;
    }
    if (epoch.stage() != VmiState.Stage.CREATING) {
      draft.emitOnce(
          "created/" + epoch.number(),
          "Normal",
          "SuccessfulCreate",
          "Created virtual machine pod " + epoch.podName());
    }
    switch (epoch.stage()) {
      case CREATING -> {
        if (!draft.isPending(CREATE) && draft.mayTry(CREATE)) {
          accepted(draft).ifPresent(spec -> issueCreate(draft, spec, epoch.number()));
        }
      }
      case CREATED -> {}
      case BOUND -> run(draft, around, epoch);
    }
  }

  private void open(Draft draft, Surroundings around) {
    if (!around.isListed()) {
      return;
    }
    Optional<VmiSpec> spec = accepted(draft);
    if (spec.isEmpty() || !draft.mayTry(LAUNCH)) {
      return;
    }
    long next = Math.max(draft.highestEpoch + 1, draft.plannedEpoch);
    draft.plannedEpoch = next;
    begin(draft);
    draft.phase("Scheduling", null);
    if (draft.shown.epochOnObject() < next) {
      // The finalizer and the epoch must be on the object first; StatusWriter puts them there.
      return;
    }
    draft.openEpoch(next, LauncherPod.name(draft.ref.name(), draft.ref.uid(), next));
    issueCreate(draft, spec.get(), next);
  }

  private static void begin(Draft draft) {
    if (draft.shown.phase() == null) {
      draft.phase("Pending", null);
    }
  }

  private Optional<VmiSpec> accepted(Draft draft) {
    Desired desired = Objects.requireNonNull(draft.observed.desired());
    return switch (specs.read(json.read(desired.specJson()))) {
      case SpecReader.Result.Accepted accepted -> Optional.of(accepted.spec());
      case SpecReader.Result.Refused refused -> {
        refuse(draft, refused.problems());
        yield Optional.empty();
      }
    };
  }

  private static void refuse(Draft draft, List<Problem> problems) {
    boolean unsupported = problems.stream().allMatch(p -> p.kind() == Problem.Kind.NOT_SUPPORTED);
    String reason = unsupported ? "FieldNotSupported" : "InvalidSpec";
    StringBuilder text = new StringBuilder();
    for (Problem problem : problems) {
      String line = (text.isEmpty() ? "" : "; ") + problem;
      if (text.length() + line.length() > MESSAGE_MAX) {
        text.append("; and more");
        break;
      }
      text.append(line);
    }
    String message = text.toString();
    draft.event("SpecRefused", reason, message);
    draft.problem(new Failure(reason, message));
    begin(draft);
    draft.phase("Failed", reason);
    draft.emitOnce("refused", "Warning", reason, message);
  }

  private void issueCreate(Draft draft, VmiSpec spec, long epoch) {
    Desired desired = Objects.requireNonNull(draft.observed.desired());
    LauncherPod.Owner owner =
        new LauncherPod.Owner(
            draft.ref.uid(),
            draft.ref.namespace(),
            draft.ref.name(),
            desired.labels(),
            desired.annotations());
    List<Command.SecretFromSpec> secrets = new ArrayList<>();
    for (VmiSpec.Disk disk : spec.disks()) {
      if (disk.volume() instanceof VmiSpec.Volume.CloudInitNoCloud c && c.hasInlineData()) {
        secrets.add(
            new Command.SecretFromSpec(
                LauncherPod.secretName(draft.ref.name(), draft.ref.uid(), disk.name()),
                disk.name()));
      }
    }
    String podName = LauncherPod.name(draft.ref.name(), draft.ref.uid(), epoch);
    draft.issue(
        new Command.CreateLauncherPod(
            podName, epoch, json.write(LauncherPod.render(owner, spec, epoch, settings)), secrets),
        podName,
        null,
        null);
  }

  /** The pod is bound: start the domain, follow it. */
  private void run(Draft draft, Surroundings around, Epoch epoch) {
    Optional<Domain> domain = draft.state().currentDomain();
    Optional<Pod> pod = draft.state().currentPod();
    Optional<Surroundings.Node> node = around.node(Objects.requireNonNull(epoch.node()));
    boolean vanished = epoch.podSeen() && pod.isEmpty();
    boolean alive = domain.filter(Domain::isAlive).isPresent();
    if (vanished) {
      destroyVanished(draft, epoch, node);
    } else if (!epoch.startDone()
        && epoch.failure() == null
        && !alive
        && epoch.podUid() != null
        && pod.filter(p -> p.deletedAtMs() == null).isPresent()
        && node.filter(Surroundings.Node::takesCommands).isPresent()
        && !draft.isPendingNow(START)
        && draft.mayTry(START)) {
      accepted(draft).ifPresent(spec -> issueStart(draft, spec, epoch, node.get()));
    }
    progressPhase(draft, epoch, domain, pod, node);
    if (alive
        && "Running".equals(draft.shown.phase())
        && !epoch.readySet()
        && epoch.podUid() != null
        && !vanished
        && !draft.isPendingNow("SetPodReady")
        && draft.mayTry("SetPodReady")) {
      draft.issue(
          new Command.SetPodReady(epoch.podName(), epoch.podUid(), true, "NotPaused"),
          epoch.podName(),
          null,
          null);
    }
  }

  private void issueStart(Draft draft, VmiSpec spec, Epoch epoch, Surroundings.Node node) {
    draft.issue(
        new Command.StartDomain(
            node.name(),
            node.uid(),
            draft.ref.namespace(),
            epoch.podName(),
            Objects.requireNonNull(epoch.podUid()),
            DomainPlan.of(
                draft.ref.namespace(), draft.ref.name(), draft.ref.uid(), spec, settings)),
        node.name(),
        null,
        null);
  }

  private static void destroyVanished(Draft draft, Epoch epoch, Optional<Surroundings.Node> node) {
    draft.problem(
        new Failure(
            "PodVanished",
            "Launcher pod "
                + epoch.podName()
                + " is gone from Kubernetes, but nothing proves that"
                + " the guest ended; node "
                + epoch.node()
                + " was asked."));
    if (!epoch.stopDone()
        && node.filter(Surroundings.Node::takesCommands).isPresent()
        && !draft.isPendingNow(DESTROY)
        && draft.mayTry(DESTROY)) {
      draft.issue(
          new Command.DestroyDomain(node.get().name(), node.get().uid(), "PodVanished"),
          node.get().name(),
          null,
          null);
    }
  }

  private static void progressPhase(
      Draft draft,
      Epoch epoch,
      Optional<Domain> domain,
      Optional<Pod> pod,
      Optional<Surroundings.Node> node) {
    if (node.filter(Surroundings.Node::isSilent).isPresent()) {
      draft.problem(
          new Failure(
              "NodeUnresponsive",
              "Node " + epoch.node() + " has been silent; what the guest does is unknown."));
      draft.phase("Unknown", "NodeUnresponsive");
      return;
    }
    if (epoch.failure() != null) {
      draft.problem(epoch.failure());
      draft.phase("Failed", epoch.failure().reason());
      draft.emitOnce(
          "failed/" + epoch.number(),
          "Warning",
          epoch.failure().reason(),
          epoch.failure().message());
      return;
    }
    if (domain.filter(Domain::isAlive).isPresent()) {
      draft.problem(null);
      if (!wasScheduled(draft)) {
        draft.phase("Scheduled", null);
      } else if (writtenPhaseIsAtLeastScheduled(draft)) {
        draft.phase("Running", null);
        draft.emitOnce(
            "started/" + epoch.number(), "Normal", "Started", "VirtualMachineInstance started.");
      }
      return;
    }
    boolean handedOver =
        domain.filter(d -> d.state().equals(Domain.CONNECTED)).isPresent()
            || pod.filter(Pod::containersReady).isPresent();
    if ("Unknown".equals(draft.shown.phase()) && node.isPresent()) {
      draft.problem(null);
      draft.phase(epoch.ran() ? "Running" : "Scheduled", "NodeBack");
    } else if (handedOver && "Scheduling".equals(draft.shown.phase())) {
      draft.problem(null);
      draft.phase("Scheduled", null);
    }
  }

  private static boolean wasScheduled(Draft draft) {
    return draft.shown.times().stream().anyMatch(time -> time.phase().equals("Scheduled"));
  }

  /** Scheduled is a write of its own: Running waits until it is stored or on its way. */
  private static boolean writtenPhaseIsAtLeastScheduled(Draft draft) {
    String phase = draft.shown.phase();
    if (!"Scheduled".equals(phase)) {
      return true;
    }
    return draft.shown.written() != null && "Scheduled".equals(draft.shown.written().phase());
  }
}
