package io.vireo.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

  @Test
  void shouldTakeTheNearestRank() {
    List<Integer> values = IntStream.rangeClosed(1, 100).boxed().toList().reversed();

    assertThat(Percentiles.of(values)).isEqualTo(new Percentiles(50, 95, 100, 100));
  }

  @Test
  void shouldTakeTheLargestOfTenAsP95() {
    assertThat(Percentiles.of(List.of(10, 1, 2, 3, 4, 5, 6, 7, 8, 9)))
        .isEqualTo(new Percentiles(5, 10, 10, 10));
  }

  @Test
  void shouldTakeTheOnlyValueForAll() {
    assertThat(Percentiles.of(List.of(7.5))).isEqualTo(new Percentiles(7.5, 7.5, 7.5, 1));
  }

  @Test
  void shouldRefuseNoValues() {
    assertThatIllegalArgumentException().isThrownBy(() -> Percentiles.of(List.<Integer>of()));
  }
}
