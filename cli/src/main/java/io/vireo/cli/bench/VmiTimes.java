package io.vireo.cli.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * When one virtual machine passed each step.
 *
 * @param applied the moment before it was applied
 * @param at every step
 */
record VmiTimes(String name, Instant applied, Map<Step, Instant> at) {

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException when a step is missing
   */
  VmiTimes {
    for (Step step : Step.values()) {
      if (!at.containsKey(step)) {
        throw new IllegalArgumentException(
            "Expected a time for each step of " + name + ", but there is none for " + step.title());
      }
    }
    at = new EnumMap<>(at);
  }

  /** Milliseconds since it was applied. */
  double sinceApplied(Step step) {
    return millis(applied, time(step));
  }

  /**
   * How many milliseconds the step came after all steps before it; 0 when it was passed before the
   * last of them was, since some go on at the same time. All steps together come to the whole time.
   */
  double added(Step step) {
    Instant before =
        Stream.of(Step.values())
            .filter(other -> other.compareTo(step) < 0)
            .map(this::time)
            .max(Instant::compareTo)
            .orElse(applied);
    return Math.max(0, millis(before, time(step)));
  }

  private Instant time(Step step) {
    Instant time = at.get(step);
    if (time == null) {
      throw new IllegalStateException("Expected the constructor to refuse a missing step");
    }
    return time;
  }

  static double millis(Instant from, Instant to) {
    return Math.round(Duration.between(from, to).toNanos() / 100_000.0) / 10.0;
  }
}
