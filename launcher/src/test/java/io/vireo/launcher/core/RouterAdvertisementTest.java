package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import io.vireo.network.Subnet;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterAdvertisementTest {

  private static final InetAddress GUEST = InetAddress.ofLiteral("fe80::5054:ff:fe00:1");
  private static final String GATEWAY = "fd10:0:2::1";

  private static String advertisement(
      String guest, Optional<String> gateway, int mtu, String resolvConf) {
    return HexFormat.of()
        .formatHex(
            new RouterAdvertisement(
                    new GuestNetwork(
                        new MacAddress("52:54:00:00:00:01"),
                        mtu,
                        Optional.empty(),
                        Optional.of(
                            new GuestNetwork.Side(
                                Subnet.parse(guest),
                                InetAddress.ofLiteral(GATEWAY),
                                gateway.map(InetAddress::ofLiteral))),
                        List.of(),
                        GuestNetwork.Options.NONE),
                    ResolvConf.parse(resolvConf))
                .message());
  }

  @Test
  void shouldSayThatAddressesComeByDhcpAndWhatIsOnTheLink() {
    assertThat(advertisement("fd10:0:2::2/120", Optional.of(GATEWAY), 1450, ""))
        .isEqualTo(
            // Type and code, the kernel's checksum, hop limit 64, managed, 9000 s, no other times.
            "86000000"
                + "40802328"
                + "0000000000000000"
                // MTU.
                + "05010000"
                + "000005aa"
                // The prefix of 120 bits is on the link, for ever; no address follows from it.
                + "03047880"
                + "ffffffff"
                + "ffffffff"
                + "00000000"
                + "fd100000000200000000000000000000");
  }

  @Test
  void shouldSayNothingThatDoesNotFit() {
    // No gateway is no router; a lone address has no link; less than 1280 is no MTU of IPv6.
    assertThat(advertisement("fd10:0:2::2/128", Optional.empty(), 1200, "nameserver 10.0.0.1\n"))
        .isEqualTo("86000000" + "40800000" + "0000000000000000");
  }

  @Test
  void shouldSayWhoAnswersForNames() {
    assertThat(
            advertisement(
                "fd10:0:2::2/128",
                Optional.of(GATEWAY),
                1200,
                "nameserver 10.0.0.1\nnameserver fd00::a\nnameserver fd00::b\nsearch a.bc\n"))
        .isEqualTo(
            "86000000"
                + "40802328"
                + "0000000000000000"
                + "19050000"
                + "00002328"
                + "fd00000000000000000000000000000a"
                + "fd00000000000000000000000000000b"
                + "1f020000"
                + "00002328"
                + "0161026263000000");
  }

  @ParameterizedTest
  @CsvSource({
    "8500123400000000, fe80::1, true",
    "8500123400000000, ::, true",
    "85001234000000000101525400000001, fe80::1, true",
    "85001234000000000e0100000000000101015254000000ff, fe80::1, true",
    // Names its MAC without an address; of no link; another code; another type; too short.
    "85001234000000000101525400000001, ::, false",
    "8500123400000000, fd10:0:2::2, false",
    "8501123400000000, fe80::1, false",
    "8600123400000000, fe80::1, false",
    "85001234000000, fe80::1, false",
    // An option without a length, one that ends too late, half of one.
    "85001234000000000100525400000001, fe80::1, false",
    "85001234000000000102525400000001, fe80::1, false",
    "850012340000000001, fe80::1, false",
  })
  void shouldKnowWhoAsks(String message, String source, boolean asked) {
    assertThat(
            RouterAdvertisement.isAsked(
                HexFormat.of().parseHex(message), InetAddress.ofLiteral(source)))
        .isEqualTo(asked);
  }

  @Test
  void shouldNotFallOverAnythingThatAGuestSends() {
    Random random = new Random(42);
    byte[] valid = HexFormat.of().parseHex("85001234000000000e0100000000000101015254000000ff");
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes =
          Arrays.copyOf(valid, i % 3 == 0 ? random.nextInt(valid.length + 40) : valid.length);
      for (int changes = random.nextInt(6); changes > 0 && bytes.length > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThatCode(() -> RouterAdvertisement.isAsked(bytes, GUEST))
          .as("seed 42, message %d: %s", i, HexFormat.of().formatHex(bytes))
          .doesNotThrowAnyException();
    }
  }
}
