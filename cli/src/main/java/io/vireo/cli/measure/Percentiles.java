package io.vireo.cli.measure;

import java.util.Collection;
import java.util.List;

/**
 * What a run's values come to, by nearest rank: each percentile is a value that was measured.
 *
 * @param p50 half of the values are at most this
 * @param p95 95 % of the values are at most this
 * @param max the largest
 * @param n how many values there are
 */
public record Percentiles(double p50, double p95, double max, int n) {

  /** Of at least one value. */
  public static Percentiles of(Collection<? extends Number> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("Expected at least one value");
    }
    List<Double> sorted = values.stream().map(Number::doubleValue).sorted().toList();
    return new Percentiles(rank(sorted, 50), rank(sorted, 95), sorted.getLast(), sorted.size());
  }

  /** The value that this many of a hundred are at most, of at least one. */
  public static double percentile(Collection<? extends Number> values, int percent) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("Expected at least one value");
    }
    return rank(values.stream().map(Number::doubleValue).sorted().toList(), percent);
  }

  private static double rank(List<Double> sorted, int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(rank, 1) - 1);
  }
}
