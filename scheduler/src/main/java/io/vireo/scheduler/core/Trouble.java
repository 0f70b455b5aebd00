package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Attempt;
import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.scheduler.core.VmiState.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What keeps a VMI from going on, in words: nothing stays as it is for long without a reason. */
final class Trouble {

  /** What takes longer than this is worth a word. */
  static final long SLOW_MS = 60_000;

  /** A node that takes no commands is, sooner: nothing goes on without it. */
  static final long SLOW_NODE_MS = 15_000;

  /** A first failure passes unseen, as most do. */
  private static final int SHOWN_FROM = 2;

  private static final String LAUNCH = "launch";

  /** To say in a status that a status is not written would be one more to write. */
  private static final Set<String> NOT_SHOWN = Set.of("WriteStatus", "EmitEvent");

  private final Draft draft;
  private final Surroundings around;

  Trouble(Draft draft, Surroundings around) {
    this.draft = draft;
    this.around = around;
  }

  /** The reason, if there is any; asks for a wake-up if there may be one later. */
  @Nullable Failure reason() {
    Failure problem = draft.shown.problem();
    if (problem != null) {
      return new Failure(problem.reason(), problem.message() + retrySuffix());
    }
    Failure mount = volumeThatIsMissing();
    if (mount != null) {
      return mount;
    }
    Failure waiting = containerThatWaits();
    if (waiting != null) {
      return waiting;
    }
    Failure retry = retry();
    return retry != null ? retry : slow();
  }

  /** Whether it is worth a Kubernetes Event of its own; what is only slow is not. */
  static boolean isNews(Failure reason) {
    return !reason.reason().equals("Retrying") && !reason.reason().startsWith("Awaiting");
  }

  /** Such as that of a Secret or ConfigMap that is not there. */
  private @Nullable Failure volumeThatIsMissing() {
    Epoch epoch = draft.epoch;
    return epoch == null || epoch.isClosed() || epoch.ran()
        ? null
        : draft
            .state()
            .currentPod()
            .map(Pod::mountProblem)
            .map(message -> new Failure("FailedMount", message))
            .orElse(null);
  }

  private @Nullable Failure containerThatWaits() {
    Epoch epoch = draft.epoch;
    if (epoch == null || epoch.isClosed() || epoch.ran()) {
      return null;
    }
    for (Pod.Container container :
        draft.state().currentPod().map(Pod::containers).orElse(List.of())) {
      String reason = container.reason();
      boolean normal =
          reason == null || reason.equals("ContainerCreating") || reason.equals("PodInitializing");
      String message = container.message();
      if (container.state().equals("waiting")
          && (!normal || (message != null && !message.isEmpty()))) {
        return new Failure(
            reason == null ? "ContainerWaiting" : reason, message == null ? "" : message);
      }
    }
    return null;
  }

  private String retrySuffix() {
    if (draft.shown.isFinal()) {
      return "";
    }
    Attempt launch = draft.attempts().get(LAUNCH);
    Epoch epoch = draft.epoch;
    if (launch != null && epoch != null && epoch.isClosed()) {
      return " Launcher "
          + (launch.count() + 1)
          + " of "
          + Launching.LAUNCH_FAILURES_MAX
          + " is made at "
          + timestamp(launch.notBeforeMs())
          + ".";
    }
    Failure retry = retry();
    return retry == null ? "" : " " + retry.message();
  }

  private @Nullable Failure retry() {
    for (Map.Entry<String, Attempt> entry : draft.attempts().entrySet()) {
      Attempt attempt = entry.getValue();
      if (attempt.why() != null
          && attempt.count() >= SHOWN_FROM
          && !NOT_SHOWN.contains(entry.getKey())) {
        return new Failure(
            "Retrying",
            entry.getKey().replace("@", " of epoch ")
                + " did not succeed "
                + attempt.count()
                + " times ("
                + attempt.why()
                + "); the next try is at "
                + timestamp(attempt.notBeforeMs())
                + ".");
      }
    }
    return null;
  }

  private @Nullable Failure slow() {
    Epoch epoch = draft.epoch;
    if (epoch == null || epoch.isClosed() || draft.shown.isFinal()) {
      return null;
    }
    Optional<Domain> domain = draft.state().currentDomain();
    if (domain.filter(Domain::isAlive).isPresent()) {
      return null;
    }
    long sinceMs =
        epoch.ran()
            ? domain.map(Domain::observedAtMs).orElse(epoch.openedAtMs())
            : epoch.openedAtMs();
    String bound = epoch.node();
    boolean waitsForNode =
        bound != null && around.node(bound).filter(Surroundings.Node::takesCommands).isEmpty();
    long slowMs = sinceMs + (waitsForNode ? SLOW_NODE_MS : SLOW_MS);
    if (draft.nowMs < slowMs) {
      draft.wakeAt(slowMs);
      return null;
    }
    return awaited(epoch);
  }

  private Failure awaited(Epoch epoch) {
    if (epoch.stage() == Stage.CREATING) {
      return new Failure(
          "AwaitingPod", "The creation of launcher pod " + epoch.podName() + " has no answer yet.");
    }
    if (epoch.node() == null) {
      return new Failure(
          "AwaitingScheduling", "Launcher pod " + epoch.podName() + " is not bound to a node yet.");
    }
    Optional<Surroundings.Node> node = around.node(epoch.node());
    if (node.filter(Surroundings.Node::takesCommands).isEmpty()) {
      return new Failure(
          "AwaitingNode",
          "Node "
              + epoch.node()
              + " takes no commands (it is "
              + node.map(Surroundings.Node::standing).orElse("not known")
              + ").");
    }
    if (epoch.ran()) {
      return new Failure(
          "AwaitingReport", "Node " + epoch.node() + " does not say what the guest does.");
    }
    boolean ready = draft.state().currentPod().filter(Pod::containersReady).isPresent();
    return new Failure(
        "AwaitingLauncher",
        ready
            ? "Node " + epoch.node() + " has not started the domain yet."
            : "Launcher pod " + epoch.podName() + " on node " + epoch.node() + " is not up yet.");
  }

  private static String timestamp(long ms) {
    return Instant.ofEpochSecond(ms / 1000).toString();
  }
}
