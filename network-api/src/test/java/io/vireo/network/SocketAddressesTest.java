package io.vireo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketAddressesTest {

  private static final int SCOPE_AT = 24;

  @ParameterizedTest
  @ValueSource(strings = {"fe80::5054:ff:fe00:1", "::", "ff02::1"})
  void shouldReadWhatTheKernelWrites(String text) {
    assertThat(SocketAddresses.in6(SocketAddresses.of(InetAddress.ofLiteral(text), 546)))
        .isEqualTo(InetAddress.ofLiteral(text));
  }

  @Test
  void shouldNotTakeAnIpv6AddressForOneOfIpv4() throws Exception {
    Inet6Address mapped =
        Inet6Address.getByAddress(
            null, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 2, 2}, -1);

    assertThat(SocketAddresses.in6(SocketAddresses.of(mapped, 0)).getAddress()).hasSize(16);
    assertThatThrownBy(
            () -> SocketAddresses.in6(SocketAddresses.of(InetAddress.ofLiteral("10.0.2.2"), 68)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SocketAddresses.in6(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldAnswerAtAnotherPortOnTheSameLink() {
    InetAddress guest = InetAddress.ofLiteral("fe80::1");
    byte[] heard = SocketAddresses.of(guest, 40000);
    heard[SCOPE_AT] = 5;

    byte[] answered = SocketAddresses.withPort(heard, 546);

    assertThat(ByteBuffer.wrap(answered).getShort(2)).isEqualTo((short) 546);
    assertThat(answered[SCOPE_AT]).isEqualTo((byte) 5);
    assertThat(SocketAddresses.in6(answered)).isEqualTo(guest);
  }
}
