package io.vireo.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestTest {

  private static final long LONG_MS = 60_000;

  @Test
  void shouldAskAgainWhileLibvirtHasNotNoticedTheEnd() throws Exception {
    Deque<String> answers =
        new ArrayDeque<>(List.of("running (booted)", "", "in shutdown", "shut off (shutdown)"));

    assertThat(Guest.endReason(answers::remove, LONG_MS)).isEqualTo("shutdown");
  }

  @Test
  void shouldSayUnknownWhenLibvirtNeverNotices() throws Exception {
    assertThat(Guest.endReason(() -> "running (booted)", 0)).isEqualTo("unknown");
  }
}
