package io.vireo.cli.bench;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * Between which ratios that of two medians lies, as far as the values can say.
 *
 * @param basis what that is taken from
 */
record RatioInterval(double low, double high, String basis) {

  /** With fewer, not even from the least to the greatest value is an interval of 95 %. */
  static final int VALUES_MIN = 6;

  private static final int SAMPLES = 1000;
  private static final long SEED = 1;

  /**
   * Of the second's median to the first's: from the spread of the runs where both have several,
   * since runs differ by more than their values tell; else 95 % of a bootstrap. Empty where there
   * are too few values.
   */
  static Optional<RatioInterval> of(Figure a, Figure b) {
    if (Math.min(a.runs().size(), b.runs().size()) > 1) {
      return Optional.of(ofRuns(a.medians(), b.medians()));
    }
    if (Math.min(a.values().size(), b.values().size()) < VALUES_MIN) {
      return Optional.empty();
    }
    return Optional.of(bootstrap(a.values(), b.values()));
  }

  private static RatioInterval ofRuns(List<Double> a, List<Double> b) {
    return new RatioInterval(
        ratio(Collections.max(a), Collections.min(b)),
        ratio(Collections.min(a), Collections.max(b)),
        "%d and %d runs".formatted(a.size(), b.size()));
  }

  /** The same values give the same interval. */
  private static RatioInterval bootstrap(List<Double> a, List<Double> b) {
    double[] sortedA = a.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double[] sortedB = b.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    SplittableRandom random = new SplittableRandom(SEED);
    double[] ratios =
        DoubleStream.generate(() -> ratio(median(sortedA, random), median(sortedB, random)))
            .limit(SAMPLES)
            .sorted()
            .toArray();
    return new RatioInterval(
        ratios[SAMPLES / 40 - 1], ratios[SAMPLES - SAMPLES / 40], "values of one run");
  }

  /** Of as many values, each drawn from all; counting them spares sorting them. */
  private static double median(double[] sorted, SplittableRandom random) {
    int[] drawn = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      drawn[random.nextInt(sorted.length)]++;
    }
    int rank = Math.ceilDiv(sorted.length, 2);
    int at = 0;
    for (int seen = drawn[0]; seen < rank; seen += drawn[at]) {
      at++;
    }
    return sorted[at];
  }

  /** Nothing is a multiple of what is not above 0. */
  private static double ratio(double a, double b) {
    return a > 0 ? b / a : Double.POSITIVE_INFINITY;
  }
}
