package io.vireo.cli.bench;

import io.vireo.cli.measure.Percentiles;
import java.util.List;

/**
 * What many values come to.
 *
 * @param n how many they are
 */
public record Summary(double p50, double p95, double p99, double max, int n) {

  private static final int P99 = 99;

  static Summary of(List<Double> values) {
    Percentiles all = Percentiles.of(values);
    return new Summary(
        all.p50(), all.p95(), Percentiles.percentile(values, P99), all.max(), all.n());
  }
}
