package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final Progress progress = new Progress();

  @Test
  void positionStandsBeforeTheFirstThatIsNotFinished() {
    Progress.Read first = progress.read(0, 10).orElseThrow();
    Progress.Read second = progress.read(0, 11).orElseThrow();
    Progress.Read third = progress.read(0, 13).orElseThrow();

    assertThat(progress.read(0, 11)).isEmpty();
    second.finished();
    assertThat(progress.news()).isEqualTo(Map.of(0, 10L));
    third.finished();
    assertThat(progress.news()).isEmpty();
    first.finished();
    assertThat(progress.news()).isEqualTo(Map.of(0, 14L));
    assertThat(progress.open()).isZero();
  }

  @Test
  void whatEndsLateFinishesNothingOfALaterAssignment() {
    Progress.Read before = progress.read(0, 10).orElseThrow();
    progress.forget(Set.of(0));
    Progress.Read after = progress.read(0, 10).orElseThrow();

    before.finished();

    assertThat(progress.news()).isEqualTo(Map.of(0, 10L));
    after.finished();
    assertThat(progress.news()).isEqualTo(Map.of(0, 11L));
  }
}
