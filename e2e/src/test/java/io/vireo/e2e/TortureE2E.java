package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.torture.Torture;
import io.vireo.cli.torture.TortureReport;
import io.vireo.dev.stack.StackClient;
import io.vireo.dev.stack.StateDir;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A cut of the kill matrix, another one each day: {@code VIREO_TORTURE_SEED} repeats one. {@code
 * vireo torture} runs all of it.
 */
class TortureE2E {

  // With the start of the stack, its guests, and the last fault's way: five minutes at most.
  private static final Duration FAULTS_MAX = Duration.ofSeconds(140);
  private static final int PAUSE_MAX_SECONDS = 10;

  @Test
  void shouldKeepEveryGuaranteeWhateverIsKilled() throws Exception {
    StateDir state = Stack.prepare("torture");
    Torture.Options options =
        new Torture.Options(1, Set.of(), seed(), Optional.of(FAULTS_MAX), PAUSE_MAX_SECONDS);

    TortureReport report = new Torture(state, options, System.out::println).run();

    System.out.print(report.table());
    Stack.keepLogs(state);
    new StackClient(state).purge();
    assertThat(report.isGood()).as(report.table()).isTrue();
    assertThat(report.neverHit()).as("places that were to be passed").isEmpty();
  }

  private static long seed() {
    String given = System.getenv("VIREO_TORTURE_SEED");
    return given == null || given.isBlank()
        ? LocalDate.now(Clock.systemUTC()).toEpochDay()
        : Long.parseLong(given);
  }
}
