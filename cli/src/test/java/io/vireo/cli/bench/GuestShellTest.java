package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestShellTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<String> typed = new ArrayList<>();
  private final GuestShell shell = new GuestShell(this::answer);

  private void says(String text) {
    shell.take(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A guest that echoes what is typed, as a terminal does. */
  private void answer(byte[] bytes) {
    String line = new String(bytes, StandardCharsets.UTF_8).strip();
    typed.add(line);
    says(line + "\r\n");
    if (line.equals("root")) {
      says("BusyBox\r\n/root # ");
    } else if (line.equals("uptime")) {
      says("3 minutes\r\n# ");
    }
  }

  @Test
  void shouldLogInOnceTheGuestAsks() throws Exception {
    says("booting\r\nvireo-tiny login: ");

    shell.logIn(LONG);

    assertThat(typed).containsExactly("root");
  }

  @Test
  void shouldGiveWhatWasPrintedSinceTheQuestion() throws Exception {
    says("9 minutes, long ago");

    assertThat(shell.ask("uptime", output -> output.contains("minutes"), LONG))
        .contains("3 minutes")
        .doesNotContain("long ago");
  }

  @Test
  void shouldSayWhatTheConsoleEndsWithWhenThereIsNoAnswer() {
    says("Kernel panic");

    assertThatThrownBy(() -> shell.ask("true", output -> output.contains("never"), Duration.ZERO))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("\"true\"")
        .hasMessageContaining("Kernel panic");
  }
}
