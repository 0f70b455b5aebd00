package io.vireo.scheduler.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vireo.scheduler.core.VmiState;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the loop says of itself to Prometheus. Thread-safe. */
public final class SchedulerMetrics {

  private final MeterRegistry registry;
  private final Counter wakeUps;
  private final Counter commands;
  private final AtomicInteger retriesWaiting;

  /** Registers the meters. */
  public SchedulerMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.wakeUps = registry.counter("vireo.scheduler.wakeups");
    this.commands = registry.counter("vireo.scheduler.commands");
    this.retriesWaiting =
        Objects.requireNonNull(
            registry.gauge("vireo.scheduler.retries.waiting", new AtomicInteger()));
  }

  void decided(String topic, long nanos) {
    Timer.builder("vireo.scheduler.decide")
        .tag("topic", topic)
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  void wokenUp() {
    wakeUps.increment();
  }

  /** Counts what failed once more between two states. */
  void failedAttempts(Map<String, VmiState.Attempt> before, Map<String, VmiState.Attempt> after) {
    after.forEach(
        (key, attempt) -> {
          VmiState.Attempt earlier = before.get(key);
          if (earlier == null || earlier.count() < attempt.count()) {
            failedAttempt(key);
          }
        });
  }

  /** An attempt at a kind of command did not succeed, or its effect is not seen yet. */
  void failedAttempt(String key) {
    int at = key.indexOf('@');
    registry
        .counter("vireo.scheduler.attempts", "type", at < 0 ? key : key.substring(0, at))
        .increment();
  }

  /** So many more retries wait than before; fewer if negative. */
  void retriesWaiting(int more) {
    retriesWaiting.addAndGet(more);
  }

  void issued(int count) {
    commands.increment(count);
  }
}
