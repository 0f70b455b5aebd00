package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.vireo.cli.bench.DiskPairs.Machine;
import io.vireo.cli.bench.DiskPairs.Pair;
import io.vireo.cli.bench.GuestClock.Reading;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GuestClockTest {

  private static final double EXACT = 1e-9;

  @Test
  void shouldTellHowFastAGuestsClockGoes() {
    Reading first = GuestClock.reading(5_000_000_000L, "UP=10.50=\r\n~ # ");
    Reading last = GuestClock.reading(105_000_000_000L, "UP=102.50=");

    GuestClock clock = GuestClock.between(first, last);

    assertThat(clock).isEqualTo(new GuestClock(100, 92));
    assertThat(clock.rate()).isCloseTo(0.92, within(EXACT));
    assertThat(clock.hostSecondsOf(1.84)).isCloseTo(2, within(EXACT));
  }

  /** A slow clock would make a machine look fast. */
  @Test
  void shouldCompareByOneClock() {
    GuestClock.All clocks =
        new GuestClock.All(
            new GuestClock(100, 100), new GuestClock(100, 92), new GuestClock(100, 110));

    Pair pair = clocks.byHost(new Pair(2, 1.84, 2.2, Machine.VIREO));

    assertThat(pair.ratio()).isCloseTo(1, within(EXACT));
    assertThat(pair.controlRatio()).isCloseTo(1, within(EXACT));
    assertThat(pair.first()).isEqualTo(Machine.VIREO);
    assertThat(clocks.text()).contains("1.000 s", "0.920 s", "1.100 s");
    assertThat(clocks.json()).containsEntry("vireo", 1.0).containsEntry("plain", 0.92);
  }

  @Test
  void shouldRefuseClocksThatStand() {
    Reading reading = new Reading(1, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> GuestClock.between(reading, reading));
  }

  @Test
  void shouldNotTakeTheQuestionForItsAnswer() throws Exception {
    assertThat(GuestClock.isAnswer(GuestClock.QUESTION)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GuestClock.reading(1, GuestClock.QUESTION));
    Process shell = new ProcessBuilder("sh", "-c", GuestClock.QUESTION).start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    assertThat(GuestClock.reading(1, said).guestSeconds()).isPositive();
  }
}
