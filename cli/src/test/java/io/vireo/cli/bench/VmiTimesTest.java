package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VmiTimesTest {

  private static final Instant APPLIED = Instant.parse("2026-01-01T10:00:00Z");

  /** Each step 100 ms after the one before, but for libvirtd, which was ready 50 ms earlier. */
  static VmiTimes times() {
    Map<Step, Instant> at = new EnumMap<>(Step.class);
    for (Step step : Step.values()) {
      at.put(step, APPLIED.plusMillis(100L * (at.size() + 1)));
    }
    at.put(Step.LIBVIRTD, APPLIED.plusMillis(550));
    return new VmiTimes("a", APPLIED, at);
  }

  @Test
  void shouldCountFromTheMomentBeforeItWasApplied() {
    assertThat(times().sinceApplied(Step.POD_CREATED)).isEqualTo(100);
    assertThat(times().sinceApplied(Step.LIBVIRTD)).isEqualTo(550);
    assertThat(times().sinceApplied(Step.RUNNING)).isEqualTo(1000);
  }

  @Test
  void shouldGiveNothingToAStepThatWasPassedBesideOthers() {
    assertThat(times().added(Step.POD_CREATED)).isEqualTo(100);
    assertThat(times().added(Step.LIBVIRTD)).isZero();
    assertThat(times().added(Step.QEMU)).isEqualTo(200);
  }

  @Test
  void shouldAddUpToTheWholeTime() {
    double sum = Stream.of(Step.values()).mapToDouble(times()::added).sum();

    assertThat(sum).isCloseTo(times().sinceApplied(Step.RUNNING), within(0.01));
  }

  @Test
  void shouldRefuseAMissingStep() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VmiTimes("a", APPLIED, Map.of(Step.RUNNING, APPLIED)))
        .withMessageContaining(Step.POD_CREATED.title());
  }
}
