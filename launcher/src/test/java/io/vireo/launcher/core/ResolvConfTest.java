package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ResolvConfTest {

  @Test
  void shouldReadWhatTheKubeletWrites() {
    ResolvConf names =
        ResolvConf.parse(
            "search a.svc.cluster.local svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n");
    assertThat(names.servers()).containsExactly(InetAddress.ofLiteral("10.96.0.10"));
    assertThat(names.search()).containsExactly("a.svc.cluster.local", "svc.cluster.local");
    assertThat(names.domain()).containsExactly("a.svc.cluster.local");
  }

  @Test
  void shouldLeaveOutWhatIsOfNoUse() {
    ResolvConf names =
        ResolvConf.parse(
            "# nameserver 192.0.2.1\nnameserver dns.example\nnameserver\nnameserver fd00::1\n"
                + "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nsearch\n"
                + "search bad/name ok.example\n");
    assertThat(names.servers())
        .containsExactly(
            InetAddress.ofLiteral("fd00::1"),
            InetAddress.ofLiteral("10.0.0.1"),
            InetAddress.ofLiteral("10.0.0.2"));
    assertThat(names.search()).containsExactly("ok.example");
    assertThat(ResolvConf.parse("").domain()).isEmpty();
  }
}
