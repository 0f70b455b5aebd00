package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The containers of one pod and their attempts. Belongs to the pod's worker; not thread-safe. */
final class PodContainers {

  private static final Logger LOG = LoggerFactory.getLogger(PodContainers.class);
  private static final Duration RESTART_FIRST = Duration.ofSeconds(10);
  private static final Duration RESTART_MAX = Duration.ofMinutes(5);
  private static final Duration RETRY_FIRST = Duration.ofMillis(500);
  private static final Duration RETRY_MAX = Duration.ofSeconds(10);

  // A program that just took over is not listening for SIGTERM yet, and as the first process of its
  // namespace it would lose it.
  private static final Duration SETTLE = Duration.ofMillis(300);

  private final Surroundings surroundings;
  private final PodRecord podRecord;
  private final PodFiles files;
  private final Runnable wake;
  private final Map<String, ContainerProcess> processes = new HashMap<>();
  private final Map<String, Exit> lastExits = new HashMap<>();
  private final Map<String, Retry> retries = new HashMap<>();

  private record Retry(ContainerView.Waiting waiting, Instant at, int number) {}

  PodContainers(Surroundings surroundings, PodRecord podRecord, PodFiles files, Runnable wake) {
    this.surroundings = surroundings;
    this.podRecord = podRecord;
    this.files = files;
    this.wake = wake;
  }

  /** Takes over what an earlier agent started. */
  void adopt() throws IOException {
    for (Container container : Admission.allContainers(podRecord.pod.getSpec())) {
      String name = container.getName();
      int attempt = podRecord.container(name).attempt;
      if (attempt < 0) {
        continue;
      }
      Optional<ContainerProcess> process = adopt(name, attempt);
      process.ifPresent(p -> processes.put(name, p));
      if (attempt > 0) {
        adopt(name, attempt - 1)
            .flatMap(ContainerProcess::exit)
            .ifPresent(exit -> lastExits.put(name, exit));
      }
    }
  }

  private Optional<ContainerProcess> adopt(String name, int attempt) throws IOException {
    return ContainerProcess.adopt(files.attempt(name, attempt), surroundings.exitWatch(), wake);
  }

  /**
   * Starts what should run and does not.
   *
   * @throws PodProblem a lasting one only
   */
  void advance() throws PodProblem, IOException {
    for (Container init : podRecord.pod.getSpec().getInitContainers()) {
      if (ContainerView.isSidecar(init) && mainsAreOver()) {
        Optional.ofNullable(processes.get(init.getName())).ifPresent(ContainerProcess::terminate);
        continue;
      }
      advance(init, true);
      if (!view(init, true).initialized()) {
        return;
      }
    }
    for (Container container : podRecord.pod.getSpec().getContainers()) {
      advance(container, false);
    }
  }

  /** Nothing is left that a sidecar could be beside. */
  private boolean mainsAreOver() {
    return podRecord.pod.getSpec().getContainers().stream()
        .allMatch(
            main -> exitOf(main.getName()).map(exit -> !restarts(exit, main, false)).orElse(false));
  }

  private void advance(Container container, boolean isInit) throws PodProblem, IOException {
    String name = container.getName();
    ContainerProcess process = processes.get(name);
    if (process == null) {
      if (isDue(name)) {
        start(container);
      }
      return;
    }
    Optional<Exit> exit = process.exit();
    if (exit.isEmpty() || !restarts(exit.get(), container, isInit)) {
      return;
    }
    PodRecord.ContainerRecord own = podRecord.container(name);
    Instant at = exit.get().finishedAt().plus(backoff(own.restarts));
    if (Instant.now().isBefore(at)) {
      String message = "back-off restarting failed container " + name;
      retries.put(name, new Retry(new ContainerView.Waiting("CrashLoopBackOff", message), at, 0));
      return;
    }
    own.restarts++;
    lastExits.put(name, exit.get());
    retries.remove(name);
    processes.remove(name);
    start(container);
  }

  private boolean restarts(Exit exit, Container container, boolean isInit) {
    if (isInit && ContainerView.isSidecar(container)) {
      return true;
    }
    String policy =
        Optional.ofNullable(podRecord.pod.getSpec().getRestartPolicy()).orElse("Always");
    return switch (policy) {
      case "Never" -> false;
      case "OnFailure" -> exit.code() != 0;
      default -> !isInit || exit.code() != 0;
    };
  }

  private static Duration backoff(int restarts) {
    if (restarts == 0) {
      return Duration.ZERO;
    }
    Duration delay = RESTART_FIRST.multipliedBy(1L << Math.min(restarts - 1, 10));
    return delay.compareTo(RESTART_MAX) > 0 ? RESTART_MAX : delay;
  }

  private boolean isDue(String name) {
    Retry retry = retries.get(name);
    return retry == null || !Instant.now().isBefore(retry.at());
  }

  private void start(Container container) throws PodProblem, IOException {
    String name = container.getName();
    try {
      ContainerPlan plan =
          new PodStart(surroundings.api(), surroundings.images(), files).plan(podRecord, container);
      PodRecord.ContainerRecord own = podRecord.container(name);
      own.attempt++;
      // An attempt is known before it exists: nothing runs that a later agent does not find.
      files.write(podRecord);
      Path folder = files.attempt(name, own.attempt);
      processes.put(
          name,
          ContainerProcess.start(plan, folder, surroundings.tools(), surroundings.isRoot(), wake));
      retries.remove(name);
      if (own.attempt > 1) {
        PodFiles.remove(files.attempt(name, own.attempt - 2));
      }
      LOG.atInfo()
          .addKeyValue("pod", podRecord.pod.getMetadata().getName())
          .addKeyValue("container", name)
          .addKeyValue("attempt", own.attempt)
          .log("Container started");
    } catch (PodProblem e) {
      if (e.isLasting()) {
        throw e;
      }
      later(name, e.reason(), e.text());
    } catch (IOException | RuntimeException e) {
      // Kubernetes or the file system may answer again; the status says what is wrong until then.
      LOG.atWarn().addKeyValue("container", name).setCause(e).log("Container not started");
      later(name, "CreateContainerError", String.valueOf(e.getMessage()));
    }
  }

  private void later(String name, String reason, String message) {
    int number = Optional.ofNullable(retries.get(name)).map(Retry::number).orElse(0) + 1;
    Duration delay = RETRY_FIRST.multipliedBy(1L << Math.min(number - 1, 5));
    if (delay.compareTo(RETRY_MAX) > 0) {
      delay = RETRY_MAX;
    }
    if (number == 1) {
      String event = reason.equals("ContainerCreating") ? "FailedMount" : "Failed";
      surroundings.api().warn(podRecord.pod, event, message);
    }
    retries.put(
        name,
        new Retry(new ContainerView.Waiting(reason, message), Instant.now().plus(delay), number));
  }

  /** When something has to be done again, if ever. */
  Optional<Instant> nextTime() {
    return retries.values().stream().map(Retry::at).min(Instant::compareTo);
  }

  /** SIGTERM for all; false if one of them cannot take it yet. */
  boolean terminate() {
    Instant settled = Instant.now().minus(SETTLE);
    boolean allSettled =
        processes.values().stream()
            .filter(p -> p.exit().isEmpty())
            .allMatch(p -> p.startedAt().map(at -> at.isBefore(settled)).orElse(true));
    if (allSettled) {
      processes.values().forEach(ContainerProcess::terminate);
    }
    return allSettled;
  }

  void kill() {
    processes.values().forEach(ContainerProcess::kill);
  }

  boolean allGone() {
    return processes.values().stream().allMatch(p -> p.exit().isPresent());
  }

  private Optional<Exit> exitOf(String name) {
    return Optional.ofNullable(processes.get(name)).flatMap(ContainerProcess::exit);
  }

  /** All containers as they are now, init containers first. */
  List<ContainerView> views() {
    List<ContainerView> views = new ArrayList<>();
    podRecord.pod.getSpec().getInitContainers().forEach(c -> views.add(view(c, true)));
    podRecord.pod.getSpec().getContainers().forEach(c -> views.add(view(c, false)));
    return views;
  }

  private ContainerView view(Container container, boolean isInit) {
    String name = container.getName();
    PodRecord.ContainerRecord own = podRecord.container(name);
    String id =
        own.attempt < 0
            ? ""
            : "process://%s.%s.%d"
                .formatted(podRecord.pod.getMetadata().getUid(), name, own.attempt);
    return new ContainerView(
        container, isInit, state(name), last(name), own.restarts, id, own.imageId);
  }

  private Optional<Exit> last(String name) {
    Optional<Exit> before = Optional.ofNullable(lastExits.get(name));
    // While it waits to be started again, the attempt that just ended is the last one.
    return retries.containsKey(name) ? exitOf(name).or(() -> before) : before;
  }

  private ContainerView.State state(String name) {
    ContainerProcess process = processes.get(name);
    Retry retry = retries.get(name);
    boolean stopped = podRecord.terminating && allGone();
    if (retry != null && !stopped) {
      return retry.waiting();
    }
    if (process == null) {
      if (stopped) {
        return new ContainerView.Ended(neverStarted());
      }
      boolean initializing =
          !podRecord.pod.getSpec().getInitContainers().isEmpty() && podRecord.admitted;
      return new ContainerView.Waiting(initializing ? "PodInitializing" : "ContainerCreating", "");
    }
    Optional<Exit> exit = process.exit();
    if (exit.isPresent()) {
      return new ContainerView.Ended(exit.get());
    }
    return process
        .startedAt()
        .<ContainerView.State>map(ContainerView.Running::new)
        .orElseGet(() -> new ContainerView.Waiting("ContainerCreating", ""));
  }

  private Exit neverStarted() {
    Instant at = Instant.parse(podRecord.startTime);
    return new Exit(Exit.CODE_KILLED, false, "The container was never started", at, at);
  }
}
