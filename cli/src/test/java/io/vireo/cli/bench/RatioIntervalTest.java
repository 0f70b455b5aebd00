package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.bench.Figure.Unit;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RatioIntervalTest {

  private static Figure of(List<List<Double>> runs) {
    return new Figure("x", "x", Unit.MILLISECONDS, "clock", runs);
  }

  private static List<Double> normal(long seed, double mean, int count) {
    Random random = new Random(seed);
    return Stream.generate(() -> mean + 10 * random.nextGaussian()).limit(count).toList();
  }

  @Test
  void shouldHoldTheRatioOfValuesThatDiffer() {
    RatioInterval interval =
        RatioInterval.of(of(List.of(normal(1, 100, 200))), of(List.of(normal(2, 150, 200))))
            .orElseThrow();

    assertThat(interval.low()).isBetween(1.4, 1.5);
    assertThat(interval.high()).isBetween(1.5, 1.6);
  }

  /** An interval of 95 % misses what is there in about one of twenty. */
  @Test
  void shouldMissOneOfTwentyWhereThereIsNoDifference() {
    int missed = 0;
    for (int i = 0; i < 200; i++) {
      RatioInterval interval =
          RatioInterval.of(
                  of(List.of(normal(1000 + i, 100, 50))), of(List.of(normal(2000 + i, 100, 50))))
              .orElseThrow();
      missed += interval.low() > 1 || interval.high() < 1 ? 1 : 0;
    }

    assertThat(missed).isBetween(2, 20);
  }

  @Test
  void shouldBeNarrowerWithMoreValues() {
    assertThat(width(1000)).isLessThan(width(30) / 3);
  }

  private static double width(int count) {
    RatioInterval interval =
        RatioInterval.of(of(List.of(normal(1, 100, count))), of(List.of(normal(2, 100, count))))
            .orElseThrow();
    return interval.high() - interval.low();
  }

  @Test
  void shouldBeOneValueWhereAllAreTheSame() {
    List<Double> six = List.of(2.0, 2.0, 2.0, 2.0, 2.0, 2.0);

    assertThat(RatioInterval.of(of(List.of(six)), of(List.of(six))))
        .contains(new RatioInterval(1, 1, "values of one run"));
  }

  @Test
  void shouldBeTheSameEachTime() {
    Figure a = of(List.of(normal(1, 100, 100)));
    Figure b = of(List.of(normal(2, 101, 100)));

    assertThat(RatioInterval.of(a, b)).isEqualTo(RatioInterval.of(a, b));
  }

  @Test
  void shouldNotTellFromTooFewValues() {
    List<Double> five = List.of(1.0, 2.0, 3.0, 4.0, 5.0);

    assertThat(RatioInterval.of(of(List.of(five)), of(List.of(normal(1, 100, 50))))).isEmpty();
  }

  @Test
  void shouldGoByTheSpreadOfRuns() {
    Figure a = of(List.of(List.of(10.0), List.of(8.0)));
    Figure b = of(List.of(List.of(12.0), List.of(20.0), List.of(16.0)));

    assertThat(RatioInterval.of(a, b)).contains(new RatioInterval(1.2, 2.5, "2 and 3 runs"));
  }
}
