package io.vireo.scheduler.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What the loop says of itself to Prometheus. Thread-safe. */
public final class SchedulerMetrics {

  private final MeterRegistry registry;
  private final Counter wakeUps;
  private final Counter commands;

  /** Registers the meters. */
  public SchedulerMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.wakeUps = registry.counter("vireo.scheduler.wakeups");
    this.commands = registry.counter("vireo.scheduler.commands");
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

  void issued(int count) {
    commands.increment(count);
  }
}
