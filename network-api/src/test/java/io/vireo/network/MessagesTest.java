package io.vireo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {

  private static final NetworkRequest REQUEST =
      new NetworkRequest(
          Binding.MASQUERADE,
          Optional.of(new MacAddress("52:54:00:AA:bb:01")),
          NetworkRequest.NETWORK4,
          NetworkRequest.NETWORK6,
          List.of(new NetworkRequest.Port("tcp", 22), new NetworkRequest.Port("udp", 65535)),
          4);

  private static final GuestNetwork NETWORK =
      new GuestNetwork(
          new MacAddress("52:54:00:00:00:01"),
          1450,
          Optional.of(
              new GuestNetwork.Side(
                  Subnet.parse("10.0.2.2/24"),
                  InetAddress.ofLiteral("10.0.2.1"),
                  Optional.empty())),
          Optional.of(
              new GuestNetwork.Side(
                  Subnet.parse("fd10:0:2::2/120"),
                  InetAddress.ofLiteral("fd10:0:2::1"),
                  Optional.of(InetAddress.ofLiteral("fd10:0:2::1")))),
          List.of(
              new GuestNetwork.Route(
                  Subnet.parse("10.96.0.0/12"), InetAddress.ofLiteral("0.0.0.0"))),
          new GuestNetwork.Options(
              Optional.of("a=b,c"),
              Optional.of("tftp.example"),
              List.of("192.0.2.1", "192.0.2.2"),
              List.of(new GuestNetwork.Extra(240, "täxt, with = and ,"))));

  @Test
  void shouldReadWhatItWrote() {
    assertThat(NetworkRequest.decode(REQUEST.encode())).isEqualTo(REQUEST);
    assertThat(GuestNetwork.decode(NETWORK.encode())).isEqualTo(NETWORK);
    assertThat(NetworkReply.decode(new NetworkReply.Done(NETWORK).encode()))
        .isEqualTo(new NetworkReply.Done(NETWORK));
    assertThat(NetworkReply.decode(new NetworkReply.Refused("why\nnot").encode()))
        .isEqualTo(new NetworkReply.Refused("why not"));
    assertThat(NetworkReply.decode(new NetworkReply.Failed("not\nnow").encode()))
        .isEqualTo(new NetworkReply.Failed("not now"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "binding=masquerade->binding=slirp",
        "binding=masquerade->",
        "mac=52:54:00:aa:bb:01->mac=52:54:00:aa:bb",
        "mac=52:54:00:aa:bb:01->x=y",
        "mac=52:54:00:aa:bb:01->mac=52:54:00:aa:bb:01\" }",
        "network4=10.0.2.0/24->network4=example.org/24",
        "network4=10.0.2.0/24->network4=10.0.2.0/33",
        "network4=10.0.2.0/24->network4=10.0.2.0",
        "network6=fd10:0:2:0:0:0:0:0/120->network6=fe80::1%eth0/64",
        "ports=tcp/22,udp/65535->ports=tcp/0",
        "ports=tcp/22,udp/65535->ports=sctp/1",
        "ports=tcp/22,udp/65535->ports=tcp/22;drop",
        "queues=4->queues=0",
        "queues=4->queues=1\nqueues=2",
      })
  void shouldRefuseWhatIsNoRequest(String change) {
    String[] parts = change.split("->", -1);
    String text = new String(REQUEST.encode(), StandardCharsets.UTF_8);
    assertThat(text).contains(parts[0]);
    byte[] changed = text.replace(parts[0], parts[1]).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> NetworkRequest.decode(changed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected");
  }

  @Test
  void shouldRefuseRatherThanBreakWhateverComes() {
    Random random = new Random(7);
    byte[] valid = NETWORK.encode();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = valid.clone();
      for (int changes = 1 + random.nextInt(5); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
      }
      try {
        GuestNetwork.decode(bytes);
      } catch (IllegalArgumentException e) {
        assertThat(e).as("seed 7, message %d", i).hasMessageContaining("");
      }
    }
  }

  @Test
  void shouldCountHostsOfANetwork() {
    assertThat(Subnet.parse("10.0.2.9/24").host(2).getHostAddress()).isEqualTo("10.0.2.2");
    assertThat(Subnet.parse("fd10:0:2::/120").host(1))
        .isEqualTo(InetAddress.ofLiteral("fd10:0:2::1"));
    assertThat(Subnet.parse("255.255.255.252/30").host(2).getHostAddress())
        .isEqualTo("255.255.255.254");
    assertThat(Subnet.parse("10.0.2.0/24").mask().getHostAddress()).isEqualTo("255.255.255.0");
    assertThat(Subnet.parse("10.0.2.0/24").contains(InetAddress.ofLiteral("10.0.2.255"))).isTrue();
    assertThat(Subnet.parse("10.0.2.0/24").contains(InetAddress.ofLiteral("10.0.3.0"))).isFalse();
    assertThat(Subnet.parse("10.0.2.0/24").contains(InetAddress.ofLiteral("::1"))).isFalse();
  }
}
