package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one pod from where it is to where it should be, in a thread of its own. Whatever happens
 * to the pod or is asked for only wakes that thread; it looks at everything again.
 */
final class PodWorker {

  private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
  private static final Duration FAILED_FIRST = Duration.ofMillis(200);
  private static final Duration FAILED_MAX = Duration.ofSeconds(5);
  private static final Duration KILL_AGAIN = Duration.ofMillis(500);
  private static final Duration SETTLE = Duration.ofMillis(50);
  private static final long GRACE_DEFAULT = 30;

  private final Surroundings surroundings;
  private final PodRecord podRecord;
  private final PodFiles files;
  private final PodContainers containers;
  private final Runnable whenDone;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  // Guarded by the lock.
  private boolean pending = true;
  private boolean stopped;
  private boolean vanished;
  private @Nullable Pod latest;
  private @Nullable Duration shutdownMax;

  // Of the worker's thread.
  private @Nullable Instant killAt;
  private boolean terminateSent;
  private boolean reportedTerminating;
  private int failures;
  private Map<String, Object> reported = Map.of();

  PodWorker(Surroundings surroundings, PodRecord podRecord, Runnable whenDone) {
    this.surroundings = surroundings;
    this.podRecord = podRecord;
    this.whenDone = whenDone;
    this.files = PodFiles.of(surroundings.state(), podRecord.pod.getMetadata().getUid());
    this.containers = new PodContainers(surroundings, podRecord, files, this::wake);
  }

  /** Begins with a pod that an earlier agent had, or a new one. */
  void start() throws IOException {
    surroundings.addresses().restore(uid(), podRecord.podIp);
    if (!podRecord.finished) {
      surroundings.devices().restore(podRecord);
    }
    containers.adopt();
    Thread.ofVirtual().name("pod-" + podRecord.pod.getMetadata().getName()).start(this::run);
  }

  /** Kubernetes has this version of the pod now. */
  void update(Pod pod) {
    signal(() -> latest = pod);
  }

  /** Kubernetes does not have the pod any more. */
  void vanish() {
    signal(() -> vanished = true);
  }

  /** Ends the pod because the node goes down; completes when its end was reported. */
  CompletableFuture<Void> shutdown(Duration max) {
    signal(() -> shutdownMax = max);
    return done;
  }

  /** Leaves the pod's processes to themselves. */
  void stop() {
    signal(() -> stopped = true);
  }

  private void wake() {
    signal(() -> {});
  }

  private void signal(Runnable change) {
    lock.lock();
    try {
      change.run();
      pending = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      Optional<Duration> wait = Optional.of(Duration.ZERO);
      while (await(wait)) {
        try {
          wait = step();
          failures = 0;
        } catch (IOException | RuntimeException e) {
          long millis = FAILED_FIRST.toMillis() << Math.min(failures++, 6);
          wait = Optional.of(Duration.ofMillis(Math.min(millis, FAILED_MAX.toMillis())));
          LOG.atWarn().addKeyValue("pod", name()).setCause(e).log("Pod not brought on");
        }
        if (done.isDone()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a signal or the time; false when the agent stops. */
  private boolean await(Optional<Duration> wait) throws InterruptedException {
    lock.lock();
    try {
      long nanos = wait.map(Duration::toNanos).orElse(Long.MAX_VALUE);
      while (!pending && !stopped && nanos > 0) {
        nanos = woken.awaitNanos(nanos);
      }
      pending = false;
      if (latest != null) {
        podRecord.pod = latest;
        latest = null;
      }
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  /** One look at everything; the answer is how long nothing needs to be done without a signal. */
  private Optional<Duration> step() throws IOException {
    if (podRecord.startTime.isEmpty() && !begin()) {
      return Optional.empty();
    }
    if (mustEnd()) {
      return end();
    }
    if (!podRecord.finished && podRecord.verdict == null) {
      try {
        admit();
        containers.advance();
      } catch (PodProblem e) {
        fail(e.reason(), e.text());
      }
    }
    if (podRecord.verdict != null && !containers.allGone()) {
      containers.kill();
    }
    report();
    return containers.nextTime().map(at -> positive(Duration.between(Instant.now(), at)));
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  /** Takes a pod on; false if it is over already and only waits for its deletion. */
  private boolean begin() throws IOException {
    String phase = Optional.ofNullable(podRecord.pod.getStatus()).map(s -> s.getPhase()).orElse("");
    boolean over = "Failed".equals(phase) || "Succeeded".equals(phase);
    if (over) {
      podRecord.finished = true;
      if (!mustEnd()) {
        return false;
      }
      leave(isDeleted() && !isVanished());
      return false;
    }
    if (mustEnd()) {
      podRecord.terminating = true;
    }
    boolean ranBefore =
        podRecord.pod.getStatus() != null
            && podRecord.pod.getStatus().getContainerStatuses().stream()
                .anyMatch(s -> s.getState() != null && s.getState().getRunning() != null);
    podRecord.startTime = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    podRecord.podIp = surroundings.addresses().assign(uid());
    if (ranBefore) {
      // Its processes may still be somewhere: running it twice would be worse than not at all.
      fail("Lost", "The node has no record of this pod's processes");
    }
    return true;
  }

  private void admit() throws PodProblem, IOException {
    if (podRecord.admitted) {
      return;
    }
    Admission.check(podRecord.pod);
    podRecord.allocations.clear();
    for (Container container : Admission.allContainers(podRecord.pod.getSpec())) {
      for (Map.Entry<String, Integer> wanted : Admission.devices(container).entrySet()) {
        podRecord.allocations.add(
            surroundings
                .devices()
                .allocate(podRecord.pod, container.getName(), wanted.getKey(), wanted.getValue()));
      }
    }
    podRecord.admitted = true;
    files.write(podRecord);
  }

  private void fail(String reason, String message) throws IOException {
    LOG.atWarn()
        .addKeyValue("pod", name())
        .addKeyValue("reason", reason)
        .addKeyValue("message", message)
        .log("Pod failed");
    podRecord.verdict = new PodRecord.Verdict(reason, message);
    podRecord.terminating = true;
    files.write(podRecord);
  }

  private boolean mustEnd() {
    return isVanished() || shutdownMax().isPresent() || isDeleted();
  }

  private boolean isDeleted() {
    return podRecord.pod.getMetadata().getDeletionTimestamp() != null;
  }

  private boolean isVanished() {
    lock.lock();
    try {
      return vanished;
    } finally {
      lock.unlock();
    }
  }

  private Optional<Duration> shutdownMax() {
    lock.lock();
    try {
      return Optional.ofNullable(shutdownMax);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Duration> end() throws IOException {
    if (!podRecord.terminating || !reportedTerminating) {
      podRecord.terminating = true;
      reportedTerminating = true;
      if (shutdownMax().isPresent() && !podRecord.finished && podRecord.verdict == null) {
        podRecord.verdict =
            new PodRecord.Verdict(
                "Terminated", "Pod was terminated in response to imminent node shutdown.");
      }
      files.write(podRecord);
    }
    if (containers.allGone()) {
      leave(isDeleted() && !isVanished());
      return Optional.empty();
    }
    Instant now = Instant.now();
    Instant deadline = now.plus(grace());
    if (killAt == null || deadline.isBefore(killAt)) {
      killAt = deadline;
    }
    if (!now.isBefore(killAt)) {
      containers.kill();
      return Optional.of(KILL_AGAIN);
    }
    if (!terminateSent) {
      terminateSent = containers.terminate();
      if (!terminateSent) {
        return Optional.of(SETTLE);
      }
      report();
    }
    return Optional.of(positive(Duration.between(Instant.now(), killAt)));
  }

  /** How long the processes still have, from now on. */
  private Duration grace() {
    if (isVanished()) {
      return Duration.ZERO;
    }
    Long asked = podRecord.pod.getMetadata().getDeletionGracePeriodSeconds();
    Long own = podRecord.pod.getSpec().getTerminationGracePeriodSeconds();
    Duration grace = Duration.ofSeconds(Optional.ofNullable(own).orElse(GRACE_DEFAULT));
    if (isDeleted() && asked != null) {
      grace = Duration.ofSeconds(asked);
    }
    Duration max = shutdownMax().orElse(grace);
    return grace.compareTo(max) < 0 ? grace : max;
  }

  /** All processes are gone: says so, and forgets the pod if Kubernetes wants it deleted. */
  private void leave(boolean delete) throws IOException {
    boolean vanishedNow = isVanished();
    surroundings.devices().free(uid());
    if (!vanishedNow && !podRecord.startTime.isEmpty()) {
      report();
    }
    if (delete) {
      surroundings.api().delete(podRecord.pod);
    }
    if (delete || vanishedNow) {
      files.remove();
      surroundings.addresses().free(uid());
      whenDone.run();
      LOG.atInfo().addKeyValue("pod", name()).log("Pod removed");
    }
    done.complete(null);
  }

  private void report() throws IOException {
    if (podRecord.finished && podRecord.podIp.isEmpty()) {
      return;
    }
    var views = containers.views();
    String phase = PodStatusView.phase(podRecord, views);
    boolean over = containers.allGone() && (phase.equals("Failed") || phase.equals("Succeeded"));
    if (over && !podRecord.finished) {
      podRecord.finished = true;
      files.write(podRecord);
    }
    Map<String, Object> status = PodStatusView.of(podRecord, views, Instant.now());
    if (!sameAs(status, reported)) {
      surroundings.api().patchStatus(podRecord.pod, status);
      reported = status;
    }
    if (over) {
      surroundings.devices().free(uid());
    }
  }

  /** The same but for the moment at which conditions were looked at. */
  private static boolean sameAs(Map<String, Object> one, Map<String, Object> other) {
    return StatusComparison.withoutTimes(one).equals(StatusComparison.withoutTimes(other));
  }

  private String uid() {
    return podRecord.pod.getMetadata().getUid();
  }

  private String name() {
    return podRecord.pod.getMetadata().getNamespace() + "/" + podRecord.pod.getMetadata().getName();
  }
}
