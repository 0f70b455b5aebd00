package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.vireo.cli.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A pod without a virtual machine: what Kubernetes and the kubelet take alone. */
final class BarePods {

  private static final Duration RUNNING_MAX = Duration.ofMinutes(3);
  private static final Duration GONE_MAX = Duration.ofMinutes(1);
  private static final Duration RECHECK = Duration.ofMillis(500);

  private BarePods() {}

  /** Milliseconds from before the pod is created until a watch shows it running. */
  static double run(KubernetesClient client, Pod pod) throws Failure, InterruptedException {
    Sight sight = new Sight(pod.getMetadata().getName());
    Watch watch =
        client
            .pods()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(pod.getMetadata().getName())
            .watch(sight);
    try {
      Instant start = Instant.now();
      client.resource(pod).create();
      Instant running = sight.awaitRunning(start.plus(RUNNING_MAX));
      client.resource(pod).delete();
      sight.awaitGone(Instant.now().plus(GONE_MAX));
      return VmiTimes.millis(start, running);
    } finally {
      watch.close();
    }
  }

  /** What the watch has shown of the pod. */
  private static final class Sight implements Watcher<Pod> {
    private final String name;

    // All guarded by this; every change wakes who waits.
    private @Nullable Instant running;
    private boolean gone;
    private String phase = "not seen";
    private @Nullable String broken;

    Sight(String name) {
      this.name = name;
    }

    @Override
    public synchronized void eventReceived(Action action, Pod pod) {
      phase = pod.getStatus().getPhase();
      if (running == null && "Running".equals(phase)) {
        running = Instant.now();
      }
      gone = action == Action.DELETED;
      notifyAll();
    }

    @Override
    public synchronized void onClose(WatcherException cause) {
      broken = cause.getMessage();
      notifyAll();
    }

    synchronized Instant awaitRunning(Instant until) throws Failure, InterruptedException {
      await("Running", () -> running != null, until);
      return Objects.requireNonNull(running);
    }

    synchronized void awaitGone(Instant until) throws Failure, InterruptedException {
      await("gone", () -> gone, until);
    }

    private synchronized void await(String what, BooleanSupplier seen, Instant until)
        throws Failure, InterruptedException {
      while (!seen.getAsBoolean()) {
        if (broken != null) {
          throw new Failure("the watch broke: " + broken);
        }
        long left = Duration.between(Instant.now(), until).toMillis();
        if (left <= 0) {
          throw new Failure("the pod " + name + " was not " + what + " in time; it is " + phase);
        }
        wait(Math.min(left, RECHECK.toMillis()));
      }
    }
  }
}
