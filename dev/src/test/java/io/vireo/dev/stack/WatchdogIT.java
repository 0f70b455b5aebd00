package io.vireo.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With small programs in the place of the stack's parts. */
class WatchdogIT {

  private static final Duration MAX = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private StateDir state;
  private StackClient client;

  @BeforeEach
  void startTwoParts() throws Exception {
    state = new StateDir(folder);
    client = new StackClient(state);
    Files.createDirectories(state.logs());
    Files.createDirectories(state.pids());
    for (String name : List.of("ingest", "kafka")) {
      ProcessSpec spec =
          new ProcessSpec(
              name,
              List.of("sleep", "300"),
              folder,
              Map.of(),
              state.logs().resolve(name + ".log"),
              SupervisorFiles.pidFile(state, name));
      spec.save(SupervisorFiles.spec(state, name));
      ManagedProcess.start(spec);
    }
  }

  @AfterEach
  void endAll() throws Exception {
    client.kill("ingest");
    client.kill("kafka");
  }

  @Test
  void shouldStartAgainWhatEndsButWhatIsLeft() throws Exception {
    try (Watchdog watchdog = client.watchdog()) {
      client.kill("ingest");
      await("ingest to be started again", () -> watchdog.restarts().equals(List.of("ingest")));
      assertThat(isAlive("ingest")).isTrue();

      watchdog.leave("kafka");
      client.kill("kafka");
      // The second restart of another part is a whole look after the end of this.
      for (int restarts = 2; restarts <= 3; restarts++) {
        int wanted = restarts;
        client.kill("ingest");
        await(
            "restart " + wanted,
            () -> Collections.frequency(watchdog.restarts(), "ingest") == wanted);
      }
      assertThat(isAlive("kafka")).isFalse();

      watchdog.mind("kafka");
      await("kafka to be started again", () -> isAlive("kafka"));
    }
  }

  @Test
  void shouldPauseAndResume() throws Exception {
    client.pause("ingest");
    await("ingest to stand still", () -> processState("ingest") == 'T');
    assertThat(isAlive("ingest")).isTrue();

    client.resume("ingest");
    await("ingest to go on", () -> processState("ingest") == 'S');

    client.kill("ingest");
    assertThatThrownBy(() -> client.pause("ingest"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Expected ingest to run");
  }

  @Test
  void shouldKillWhatIsPaused() throws Exception {
    client.pause("ingest");

    client.kill("ingest");

    assertThat(isAlive("ingest")).isFalse();
  }

  private boolean isAlive(String name) throws Exception {
    return StackClient.pidOf(ProcessSpec.load(SupervisorFiles.spec(state, name))) != 0;
  }

  private char processState(String name) throws Exception {
    long pid = StackClient.pidOf(ProcessSpec.load(SupervisorFiles.spec(state, name)));
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + MAX.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("waited for " + what).isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
