package io.vireo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SilenceTest {

  @ParameterizedTest
  @CsvSource({
    // now, heard last, left
    "0, -5000, 1000",
    "400, -5000, 600",
    "1000, -5000, 0",
    "400, 300, 900",
    "29800, 29700, 200",
    "30000, 30000, 0",
  })
  void shouldWaitForASecondOfSilenceButNotForEver(long nowMs, long heardMs, long leftMs) {
    // Any number may be the time at which it began.
    long began = Long.MAX_VALUE - 7;

    assertThat(
            Silence.left(
                began + Duration.ofMillis(nowMs).toNanos(),
                began,
                began + Duration.ofMillis(heardMs).toNanos()))
        .isEqualTo(Duration.ofMillis(leftMs).toNanos());
  }

  @Test
  void shouldNotWaitForAConsoleThatHasEnded() throws Exception {
    new Silence(() -> 0).await(CompletableFuture.completedFuture("closed"));
  }

  @Test
  void shouldGoOnOnceTheGuestIsSilent() throws Exception {
    AtomicLong now = new AtomicLong();
    Silence silence = new Silence(() -> now.getAndAdd(Silence.QUIET.toNanos() / 2 + 1));

    silence.heard();
    silence.await(new CompletableFuture<>());

    assertThat(now.get()).isGreaterThan(Silence.QUIET.toNanos());
  }
}
