package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import io.vireo.network.Subnet;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DhcpTest {

  private static final MacAddress GUEST = new MacAddress("52:54:00:00:00:01");
  private static final ResolvConf NAMES =
      ResolvConf.parse(
          "nameserver 10.96.0.10\nnameserver fd00::a\nsearch default.svc.cluster.local"
              + " svc.cluster.local cluster.local\noptions ndots:5\n");

  private static final Dhcp MASQUERADE = new Dhcp(network("10.0.2.2/24", "10.0.2.1"), "vm", NAMES);

  private static GuestNetwork network(String guest, String gateway) {
    return new GuestNetwork(
        GUEST,
        1450,
        Optional.of(
            new GuestNetwork.Side(
                Subnet.parse(guest),
                InetAddress.ofLiteral(gateway),
                Optional.of(InetAddress.ofLiteral(gateway)))),
        Optional.empty(),
        List.of(),
        GuestNetwork.Options.NONE);
  }

  /** A question as udhcpc sends it, with these options after its type. */
  private static byte[] question(int type, MacAddress mac, String options) {
    ByteBuffer out = ByteBuffer.allocate(600);
    out.put((byte) 1).put((byte) 1).put((byte) 6).put((byte) 0).putInt(0x12345678);
    out.putShort((short) 0).putShort((short) 0x8000).put(new byte[16]).put(mac.bytes());
    out.position(236);
    out.putInt(Dhcp.COOKIE).put((byte) 53).put((byte) 1).put((byte) type);
    out.put(HexFormat.of().parseHex(options)).put((byte) 255);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static Map<Integer, byte[]> options(byte[] answer) {
    Map<Integer, byte[]> options = new HashMap<>();
    ByteBuffer in = ByteBuffer.wrap(answer).position(240);
    for (int code = in.get() & 0xff; code != 255; code = in.get() & 0xff) {
      byte[] value = new byte[in.get() & 0xff];
      in.get(value);
      options.put(code, value);
    }
    return options;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String address(byte[] answer) {
    return hex(Arrays.copyOfRange(answer, 16, 20));
  }

  @Test
  void shouldOfferTheOneAddressWithAllThatBelongsToIt() {
    byte[] offer =
        MASQUERADE.answer(question(Dhcp.DISCOVER, GUEST, "3d0701525400000001")).orElseThrow();

    assertThat(offer[0]).isEqualTo((byte) 2);
    assertThat(ByteBuffer.wrap(offer).getInt(4)).isEqualTo(0x12345678);
    assertThat(address(offer)).isEqualTo("0a000202");
    assertThat(hex(Arrays.copyOfRange(offer, 28, 34))).isEqualTo("525400000001");
    Map<Integer, byte[]> options = options(offer);
    assertThat(hex(options.get(53))).isEqualTo("02");
    assertThat(hex(options.get(54))).isEqualTo("0a000201");
    assertThat(hex(options.get(1))).isEqualTo("ffffff00");
    assertThat(hex(options.get(3))).isEqualTo("0a000201");
    assertThat(hex(options.get(6))).isEqualTo("0a60000a");
    assertThat(hex(options.get(26))).isEqualTo("05aa");
    assertThat(hex(options.get(51))).isEqualTo("ffffffff");
    assertThat(hex(options.get(61))).isEqualTo("01525400000001");
    assertThat(new String(options.get(12), StandardCharsets.UTF_8)).isEqualTo("vm");
    assertThat(new String(options.get(15), StandardCharsets.UTF_8))
        .isEqualTo("default.svc.cluster.local");
    assertThat(new String(options.get(119), StandardCharsets.UTF_8))
        .startsWith("\u0007default\u0003svc\u0007cluster\u0005local\0\u0003svc");
    assertThat(options).doesNotContainKeys(121, 66, 67, 42);
  }

  @ParameterizedTest
  @CsvSource({
    // type, options, the answer's type
    "1, '', 2",
    "3, 32040a00020236040a000201, 5",
    "3, 32040a000202, 5",
    "3, 32040a000203, 6",
    "3, 32040a00020336040a000201, 6",
    "8, '', 5",
  })
  void shouldAnswer(int type, String options, String answer) {
    byte[] answered = MASQUERADE.answer(question(type, GUEST, options)).orElseThrow();
    assertThat(hex(options(answered).get(53))).isEqualTo("0" + answer);
    assertThat(address(answered))
        .isEqualTo(answer.equals("6") || type == 8 ? "00000000" : "0a000202");
  }

  @ParameterizedTest
  @CsvSource({
    // To another server, of another guest, released, declined, of no type.
    "3, 36040a000299, 52:54:00:00:00:01",
    "1, '', 52:54:00:00:00:02",
    "7, '', 52:54:00:00:00:01",
    "4, '', 52:54:00:00:00:01",
    "0, '', 52:54:00:00:00:01",
    "2, '', 52:54:00:00:00:01",
  })
  void shouldNotAnswer(int type, String options, String mac) {
    assertThat(MASQUERADE.answer(question(type, new MacAddress(mac), options))).isEmpty();
  }

  @Test
  void shouldTellTheRoutesOfABridgeAndTheUsersOptions() {
    GuestNetwork network =
        new GuestNetwork(
                GUEST,
                1500,
                Optional.of(
                    new GuestNetwork.Side(
                        Subnet.parse("10.244.1.7/24"),
                        InetAddress.ofLiteral("169.254.75.10"),
                        Optional.of(InetAddress.ofLiteral("10.244.1.1")))),
                Optional.empty(),
                List.of(
                    new GuestNetwork.Route(
                        Subnet.parse("10.96.0.0/12"), InetAddress.ofLiteral("10.244.1.1"))),
                GuestNetwork.Options.NONE)
            .with(
                new GuestNetwork.Options(
                    Optional.of("boot.efi"),
                    Optional.of("tftp.example"),
                    List.of("192.0.2.1"),
                    List.of(new GuestNetwork.Extra(240, "private"))));

    Map<Integer, byte[]> options =
        options(
            new Dhcp(network, "vm", NAMES)
                .answer(question(3, GUEST, "32040af40107"))
                .orElseThrow());

    assertThat(hex(options.get(53))).isEqualTo("05");
    assertThat(hex(options.get(54))).isEqualTo("a9fe4b0a");
    assertThat(hex(options.get(121))).isEqualTo("0c0a600af40101" + "000af40101");
    assertThat(new String(options.get(67), StandardCharsets.UTF_8)).isEqualTo("boot.efi");
    assertThat(new String(options.get(66), StandardCharsets.UTF_8)).isEqualTo("tftp.example");
    assertThat(hex(options.get(42))).isEqualTo("c0000201");
    assertThat(new String(options.get(240), StandardCharsets.UTF_8)).isEqualTo("private");
  }

  @Test
  void shouldLeaveOutWhatAClientHasNoRoomFor() {
    List<GuestNetwork.Extra> much =
        java.util.stream.IntStream.rangeClosed(224, 254)
            .mapToObj(number -> new GuestNetwork.Extra(number, "x".repeat(250)))
            .toList();
    Dhcp dhcp =
        new Dhcp(
            network("10.0.2.2/24", "10.0.2.1")
                .with(
                    new GuestNetwork.Options(Optional.empty(), Optional.empty(), List.of(), much)),
            "vm",
            NAMES);

    byte[] small = dhcp.answer(question(1, GUEST, "")).orElseThrow();
    byte[] large = dhcp.answer(question(1, GUEST, "390205dc")).orElseThrow();

    assertThat(small.length).isLessThanOrEqualTo(576 - 28);
    assertThat(large.length).isBetween(small.length + 1, 1400 - 28);
    assertThat(options(small)).containsKeys(1, 3, 6, 51);
    assertThat(options(large)).containsKeys(224, 225);
  }

  @Test
  void shouldLetNothingThatAGuestSendsPassForMoreThanItIs() {
    Random random = new Random(42);
    byte[] valid = question(3, GUEST, "32040a00020236040a0002010c0474696e793d0701525400000001");
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes =
          Arrays.copyOf(valid, i % 3 == 0 ? random.nextInt(valid.length + 40) : valid.length);
      for (int changes = random.nextInt(6); changes > 0 && bytes.length > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThatCode(() -> MASQUERADE.answer(bytes).ifPresent(DhcpTest::checkAnswer))
          .as("seed 42, datagram %d: %s", i, hex(bytes))
          .doesNotThrowAnyException();
    }
  }

  /** Whatever was asked: it is for this guest, names no other address and keeps its bounds. */
  private static void checkAnswer(byte[] answer) {
    assertThat(answer.length).isLessThanOrEqualTo(1400 - 28);
    assertThat(hex(Arrays.copyOfRange(answer, 28, 34))).isEqualTo("525400000001");
    assertThat(address(answer)).isIn("0a000202", "00000000");
    assertThat(hex(options(answer).get(53))).isIn("02", "05", "06");
  }

  @Test
  void shouldWriteNamesAsInDns() {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.writeBytes(new byte[] {1, 'a', 2, 'b', 'c', 0});
    assertThat(DhcpOptions.name("a.bc")).isEqualTo(expected.toByteArray());
    assertThat(DhcpOptions.name("a.bc.")).isEqualTo(expected.toByteArray());
    assertThat(DhcpOptions.name("a..b")).isEmpty();
    assertThat(DhcpOptions.name("x".repeat(64))).isEmpty();
  }
}
