package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.spec.DomainPlan;
import io.vireo.spec.LauncherPod;
import io.vireo.spec.Problem;
import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import io.vireo.spec.VmiSpec;
import io.vireo.spec.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The way up: finalizer and epoch on the object, a launcher pod, the domain, each once the one
 * before is known.
 */
final class Launching {

  static final int LAUNCH_FAILURES_MAX = 5;

  private static final String SCHEDULED = "Scheduled";
  private static final String LAUNCH = "launch";
  private static final String START = "StartDomain";
  private static final String DESTROY = "DestroyDomain";
  private static final String CREATE = "CreateLauncherPod";
  private static final int MESSAGE_MAX = 1024;

  private final Draft draft;
  private final Surroundings around;
  private final SpecSettings settings;
  private final SpecReader specs;
  private final Decider.Json json;

  Launching(
      Draft draft,
      Surroundings around,
      SpecSettings settings,
      SpecReader specs,
      Decider.Json json) {
    this.draft = draft;
    this.around = around;
    this.settings = settings;
    this.specs = specs;
    this.json = json;
  }

  void decide() {
    new Strays(draft, around).deletePods();
    if (draft.shown.isFinal() && runsAllTheSame()) {
      // Somebody wrote the end by hand, and a fresh memory took it from the object.
      draft.phase("Running", "Adopted");
    }
    if (!draft.shown.isFinal()) {
      if (draft.epoch != null && draft.epoch.isClosed()) {
        settleClosedEpoch(draft.epoch);
      }
      if (!draft.shown.isFinal()) {
        launch();
      }
    }
    StatusView.update(draft, around);
    new StatusWriter(draft, json).writeIfNews();
  }

  private boolean runsAllTheSame() {
    Epoch epoch = draft.epoch;
    return epoch != null
        && !epoch.isClosed()
        && epoch.failure() == null
        && draft.state().currentDomain().filter(Domain::isAlive).isPresent();
  }

  /** What a closed epoch means for a VMI that is wanted. */
  private void settleClosedEpoch(Epoch epoch) {
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
      draft.failedAttempt(LAUNCH, null);
      // Decided once for this epoch: the next one is planned from here on.
      draft.plannedEpoch = draft.highestEpoch + 1;
      if (draft.shown.problem() == null) {
        draft.problem(new Failure("LauncherFailed", launcherMessage(epoch)));
      }
      Failure problem = Objects.requireNonNull(draft.shown.problem());
      draft.emitOnce(
          "launch-failed/" + epoch.number(), "Warning", problem.reason(), problem.message());
      if (draft.launchFailures >= LAUNCH_FAILURES_MAX) {
        draft.phase("Failed", problem.reason());
      }
    }
  }

  private String launcherMessage(Epoch epoch) {
    String detail =
        draft
            .state()
            .currentPod()
            .map(
                pod ->
                    pod.reason() != null
                        ? pod.reason() + ": " + pod.message()
                        : pod.containers().stream()
                            .filter(Pod.Container::hasFailed)
                            .findFirst()
                            .or(pod::launcher)
                            .filter(container -> container.state().equals("terminated"))
                            .map(Launching::exit)
                            .orElse(pod.phase()))
            .orElse(epoch.closed());
    return "Launcher pod "
        + epoch.podName()
        + " ended before the domain was formed ("
        + detail
        + ").";
  }

  private static String exit(Pod.Container container) {
    return container.name()
        + ": "
        + container.reason()
        + ", exit code "
        + container.exitCode()
        + (container.message() == null || container.message().isBlank()
            ? ""
            : ": " + container.message().strip());
  }

  private void launch() {
    Epoch epoch = draft.epoch;
    if (epoch == null || mayOpenNext(epoch)) {
      open();
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
          accepted().ifPresent(spec -> issueCreate(spec, epoch.number()));
        }
      }
      case CREATED -> {}
      case BOUND -> run(epoch);
    }
  }

  /**
   * Whether the next epoch may be opened: only once the newest is closed, so that a guest never
   * runs twice.
   */
  static boolean mayOpenNext(Epoch newest) {
    return newest.isClosed();
  }

  private void open() {
    if (!around.isListed()) {
      return;
    }
    Optional<VmiSpec> spec = accepted();
    if (spec.isEmpty() || !draft.mayTry(LAUNCH) || new Strays(draft, around).isAnotherAlive(0)) {
      return;
    }
    long next = Math.max(draft.highestEpoch + 1, draft.plannedEpoch);
    draft.plannedEpoch = next;
    draft.phase("Scheduling", null);
    if (draft.shown.epochOnObject() < next) {
      // The finalizer and the epoch must be on the object first; StatusWriter puts them there.
      return;
    }
    draft.openEpoch(next, LauncherPod.name(draft.ref.name(), draft.ref.uid(), next));
    issueCreate(spec.get(), next);
  }

  private void begin() {
    if (draft.shown.phase() == null) {
      draft.phase("Pending", null);
    }
  }

  private Optional<VmiSpec> accepted() {
    Desired desired = Objects.requireNonNull(draft.observed.desired());
    return switch (specs.read(json.read(desired.specJson()))) {
      case SpecReader.Result.Accepted accepted -> {
        begin();
        yield Claims.resolve(draft, accepted.spec());
      }
      case SpecReader.Result.Refused refused -> {
        refuse(refused.problems());
        yield Optional.empty();
      }
    };
  }

  private void refuse(List<Problem> problems) {
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
    begin();
    draft.phase("Failed", reason);
    draft.emitOnce("refused", "Warning", reason, message);
  }

  private void issueCreate(VmiSpec spec, long epoch) {
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
      if (disk.volume() instanceof Volume.CloudInitNoCloud c && c.hasInlineData()) {
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
  private void run(Epoch epoch) {
    Optional<Domain> domain = draft.state().currentDomain();
    Optional<Pod> pod = draft.state().currentPod();
    Optional<Surroundings.Node> node = around.node(Objects.requireNonNull(epoch.node()));
    Claims.rememberVolumes(draft, specs, json);
    boolean vanished = epoch.podSeen() && pod.isEmpty();
    boolean alive = domain.filter(Domain::isAlive).isPresent();
    if (alive) {
      draft.succeeded(START);
    }
    if (vanished) {
      destroyVanished(epoch, node);
    } else if (!epoch.startDone()
        && epoch.failure() == null
        && !alive
        && epoch.podUid() != null
        && pod.filter(p -> p.deletedAtMs() == null).isPresent()
        && node.filter(Surroundings.Node::takesCommands).isPresent()
        && StatusWriter.isOnObject(epoch, draft.observed.desired())
        && !draft.isPendingNow(START)
        && draft.mayTry(START)
        && !new Strays(draft, around).isAnotherAlive(epoch.number())) {
      accepted().ifPresent(spec -> issueStart(spec, epoch, node.get()));
    }
    progressPhase(epoch, domain, pod, node);
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

  private void issueStart(VmiSpec spec, Epoch epoch, Surroundings.Node node) {
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

  private void destroyVanished(Epoch epoch, Optional<Surroundings.Node> node) {
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

  private void progressPhase(
      Epoch epoch, Optional<Domain> domain, Optional<Pod> pod, Optional<Surroundings.Node> node) {
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
      if (!draft.shown.wasScheduled()) {
        draft.phase(SCHEDULED, null);
      } else if (writtenPhaseIsAtLeastScheduled()) {
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
      boolean ranAsShown = epoch.ran() && draft.shown.wasScheduled();
      draft.phase(ranAsShown ? "Running" : SCHEDULED, "NodeBack");
    } else if (handedOver && "Scheduling".equals(draft.shown.phase())) {
      draft.problem(null);
      draft.phase(SCHEDULED, null);
    }
  }

  /**
   * Scheduled is a write of its own: Running waits until it is stored or on its way. A fresh memory
   * has written nothing, and finds it on the object.
   */
  private boolean writtenPhaseIsAtLeastScheduled() {
    if (!SCHEDULED.equals(draft.shown.phase())) {
      return true;
    }
    VmiState.Written written = draft.shown.written();
    Desired desired = draft.observed.desired();
    return written == null
        ? desired != null && SCHEDULED.equals(desired.phase())
        : SCHEDULED.equals(written.phase());
  }
}
