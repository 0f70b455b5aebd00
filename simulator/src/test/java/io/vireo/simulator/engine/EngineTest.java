package io.vireo.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineTest {

  private final Engine engine = new Engine(1, 1_000);

  private void again(long afterMs) {
    engine.at(engine.nowMs() + afterMs, () -> again(afterMs));
  }

  @Test
  void shouldGiveUpOnPartsThatNeverComeToRest() {
    again(0);

    assertThat(engine.runUntil(2_000, 500)).isFalse();
    assertThat(engine.steps()).isEqualTo(500);
    assertThat(engine.nowMs()).isEqualTo(1_000);
  }

  @Test
  void shouldMoveTheClockWhereNothingHappensAnyMore() {
    again(300);

    assertThat(engine.runUntil(2_000, 500)).isTrue();
    assertThat(engine.steps()).isEqualTo(3);
    assertThat(engine.nowMs()).isEqualTo(2_000);
  }
}
