package io.vireo.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopbackTest {

  @Test
  void shouldReadWhatWasReceived() throws Exception {
    assertThat(
            Loopback.bytes(
                List.of(
                    "Inter-|   Receive                        |  Transmit",
                    " face |bytes    packets errs drop fifo frame compressed multicast|bytes",
                    "  eth0: 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0",
                    "    lo:12345 67 0 0 0 0 0 0 12345 67 0 0 0 0 0 0")))
        .isEqualTo(12345);
  }

  @Test
  void shouldSayWhenThereIsNone() {
    assertThatThrownBy(() -> Loopback.bytes(List.of("  eth0: 1 2")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/proc/net/dev");
  }
}
