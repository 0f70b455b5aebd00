package io.vireo.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {

  @TempDir Path folder;

  @Test
  void shouldKeepThePortOfAName() throws Exception {
    Path file = folder.resolve("ports.json");
    int port = Ports.load(file).of("kafka");

    assertThat(Ports.load(file).of("kafka")).isEqualTo(port);
    assertThat(Ports.load(file).of("ingest")).isNotEqualTo(port);
  }

  @Test
  void shouldStayBelowThePortsThatTheKernelGivesToClients() throws Exception {
    String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range")).strip();
    int begin = Integer.parseInt(range.split("\\s+", -1)[0]);
    Ports ports = Ports.load(folder.resolve("ports.json"));

    for (int i = 0; i < 50; i++) {
      assertThat(ports.of("part-" + i)).isLessThan(Math.max(begin, 32_768));
    }
  }
}
