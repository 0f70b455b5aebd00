package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import io.vireo.network.Subnet;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Dhcp6Test {

  private static final String CLIENT = "0001000a" + "00030001525400000001";
  private static final String SERVER = "0002000a" + "00030001020000000000";
  private static final String OTHER_SERVER = "0002000a" + "00030001020000000001";
  private static final String OURS = "fd100000000200000000000000000002";
  private static final String OTHER = "fd100000000200000000000000000003";
  private static final String MAPPED = "00000000000000000000ffff0a000202";
  private static final String RAPID = "000e0000";
  private static final int LENGTH_MAX = 1232;

  private static final Dhcp6 DHCP =
      dhcp("nameserver 10.96.0.10\nnameserver fd00::a\nsearch svc.cluster.local cluster.local\n");

  private static Dhcp6 dhcp(String resolvConf) {
    return new Dhcp6(
        new GuestNetwork(
            new MacAddress("52:54:00:00:00:01"),
            1450,
            Optional.empty(),
            Optional.of(
                new GuestNetwork.Side(
                    Subnet.parse("fd10:0:2::2/120"),
                    InetAddress.ofLiteral("fd10:0:2::1"),
                    Optional.of(InetAddress.ofLiteral("fd10:0:2::1")))),
            List.of(),
            GuestNetwork.Options.NONE),
        ResolvConf.parse(resolvConf));
  }

  private static byte[] question(int type, String... options) {
    return HexFormat.of().parseHex("%02xabcdef".formatted(type) + String.join("", options));
  }

  private static String option(int code, String value) {
    return "%04x%04x%s".formatted(code, value.length() / 2, value);
  }

  /** An association for addresses with these in it. */
  private static String association(int id, String... addresses) {
    StringBuilder value = new StringBuilder("%08x".formatted(id) + "0".repeat(16));
    for (String address : addresses) {
      value.append(option(5, address + "0".repeat(16)));
    }
    return option(3, value.toString());
  }

  /** An option of an answer, of which there may be several. */
  private record Option(int code, String value) {}

  private static List<Option> options(byte[] bytes, int from) {
    List<Option> options = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes).position(from);
    while (in.hasRemaining()) {
      int code = in.getShort() & 0xffff;
      byte[] value = new byte[in.getShort() & 0xffff];
      in.get(value);
      options.add(new Option(code, HexFormat.of().formatHex(value)));
    }
    return options;
  }

  private static List<Option> of(byte[] answer, int code) {
    return options(answer, 4).stream().filter(option -> option.code() == code).toList();
  }

  private static Option one(byte[] answer, int code) {
    assertThat(of(answer, code)).as("options of code %d", code).hasSize(1);
    return of(answer, code).getFirst();
  }

  /** The options of each association for addresses. */
  private static List<List<Option>> given(byte[] answer) {
    return of(answer, 3).stream()
        .map(option -> options(HexFormat.of().parseHex(option.value()), 12))
        .toList();
  }

  private static String forEver(String address) {
    return address + "ffffffff" + "ffffffff";
  }

  @Test
  void shouldOfferTheOneAddressWithAllThatBelongsToIt() {
    byte[] offer = DHCP.answer(question(1, CLIENT, association(7))).orElseThrow();

    assertThat(HexFormat.of().formatHex(offer, 0, 4)).isEqualTo("02abcdef");
    assertThat(one(offer, 1).value()).isEqualTo("00030001525400000001");
    assertThat(one(offer, 2).value()).isEqualTo("00030001020000000000");
    assertThat(one(offer, 3).value()).startsWith("00000007" + "ffffffff" + "ffffffff");
    assertThat(given(offer)).containsExactly(List.of(new Option(5, forEver(OURS))));
    assertThat(one(offer, 23).value()).isEqualTo("fd00000000000000000000000000000a");
    assertThat(one(offer, 24).value())
        .startsWith("03737663" + "07636c7573746572" + "056c6f63616c" + "00" + "07");
    assertThat(of(offer, 14)).isEmpty();
  }

  @Test
  void shouldSayNothingOfNamesWhereNobodyAnswersForThemByIpv6() {
    byte[] offer =
        dhcp("nameserver 10.96.0.10\n").answer(question(1, CLIENT, association(7))).orElseThrow();

    assertThat(of(offer, 23)).isEmpty();
    assertThat(of(offer, 24)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // What is asked, of which server, and the answer's type: 2 an advertisement, 7 a reply.
    "1, '', '', 2",
    "1, '', " + RAPID + ", 7",
    "3, " + SERVER + ", '', 7",
    "5, " + SERVER + ", '', 7",
    "6, '', '', 7",
  })
  void shouldGiveTheAddress(int type, String server, String more, int answer) {
    byte[] given =
        DHCP.answer(question(type, CLIENT, server, more, association(1, OURS))).orElseThrow();

    assertThat(given[0]).isEqualTo((byte) answer);
    assertThat(given(given)).containsExactly(List.of(new Option(5, forEver(OURS))));
    assertThat(of(given, 14)).hasSize(more.isEmpty() ? 0 : 1);
  }

  @Test
  void shouldTakeAnyOtherAddressAway() {
    byte[] renewed =
        DHCP.answer(question(5, CLIENT, SERVER, association(1, OTHER, MAPPED))).orElseThrow();

    assertThat(given(renewed))
        .containsExactly(
            List.of(
                new Option(5, forEver(OURS)),
                new Option(5, OTHER + "0".repeat(16)),
                new Option(5, MAPPED + "0".repeat(16))));
  }

  @Test
  void shouldGiveOneAddressAndNoPrefix() {
    byte[] offer =
        DHCP.answer(
                question(
                    1,
                    CLIENT,
                    option(25, "00000009" + "0".repeat(16)),
                    association(1),
                    association(2, OURS)))
            .orElseThrow();

    assertThat(given(offer)).hasSize(2);
    assertThat(given(offer).getFirst()).containsExactly(new Option(5, forEver(OURS)));
    assertThat(given(offer).getLast())
        .singleElement()
        .satisfies(status -> assertThat(status.code()).isEqualTo(13))
        .satisfies(status -> assertThat(status.value()).startsWith("0002"));
    assertThat(options(HexFormat.of().parseHex(one(offer, 25).value()), 12))
        .singleElement()
        .satisfies(status -> assertThat(status.value()).startsWith("0006"));
  }

  @ParameterizedTest
  @CsvSource({OURS + ", 0000", OTHER + ", 0004", MAPPED + ", 0004"})
  void shouldConfirmWhatIsTheGuestsOwn(String had, String status) {
    byte[] confirmed = DHCP.answer(question(4, CLIENT, association(1, had))).orElseThrow();

    assertThat(confirmed[0]).isEqualTo((byte) 7);
    assertThat(one(confirmed, 13).value()).startsWith(status);
    assertThat(of(confirmed, 3)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9})
  void shouldTakeNoteOfWhatIsGivenBack(int type) {
    byte[] known = DHCP.answer(question(type, CLIENT, SERVER, association(1, OURS))).orElseThrow();

    assertThat(known[0]).isEqualTo((byte) 7);
    assertThat(one(known, 13).value()).startsWith("0000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", CLIENT, CLIENT + SERVER, SERVER})
  void shouldInformWhoHasAnAddress(String options) {
    byte[] informed = DHCP.answer(question(11, options)).orElseThrow();

    assertThat(informed[0]).isEqualTo((byte) 7);
    assertThat(one(informed, 23).value()).endsWith("0a");
    assertThat(of(informed, 1)).hasSize(options.startsWith(CLIENT) ? 1 : 0);
    assertThat(of(informed, 3)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // Without a client, or to another server, or to one where all are asked, or to none.
    "1, ''",
    "1, " + CLIENT + SERVER,
    "3, " + CLIENT,
    "3, " + CLIENT + OTHER_SERVER,
    "3, " + SERVER,
    "4, " + CLIENT,
    "5, " + CLIENT + OTHER_SERVER,
    "6, " + CLIENT + SERVER,
    "8, " + CLIENT,
    "11, " + OTHER_SERVER,
    // An answer, a relay's, and what nobody knows.
    "2, " + CLIENT,
    "7, " + CLIENT + SERVER,
    "12, " + CLIENT,
    "255, " + CLIENT,
    // Names that are none: too short, too long.
    "1, 000100020003",
  })
  void shouldNotAnswer(int type, String options) {
    assertThat(DHCP.answer(question(type, options))).isEmpty();
  }

  @Test
  void shouldNotAnswerWhatIsTooMuch() {
    String[] nine = new String[9];
    Arrays.fill(nine, OTHER);

    assertThat(DHCP.answer(question(1, CLIENT, association(1, nine)))).isEmpty();
    assertThat(DHCP.answer(question(1, CLIENT, association(1).repeat(9)))).isEmpty();
    assertThat(DHCP.answer(question(1, option(1, "00".repeat(131)), association(1)))).isEmpty();
    assertThat(DHCP.answer(question(1, option(1, "00".repeat(130)), association(1)))).isPresent();
    assertThat(DHCP.answer(question(11, option(3, "00")))).isEmpty();
  }

  @Test
  void shouldLetNothingThatAGuestSendsPassForMoreThanItIs() {
    Random random = new Random(42);
    byte[][] valid = {
      question(1, CLIENT, RAPID, association(1), option(25, "00000009" + "0".repeat(16))),
      question(3, CLIENT, SERVER, option(6, "00170018"), association(1, OURS, OTHER)),
      question(4, CLIENT, association(1, OURS), association(2, OTHER)),
      question(11, CLIENT, option(8, "0000")),
    };
    for (int i = 0; i < 50_000; i++) {
      byte[] start = valid[i % valid.length];
      byte[] bytes =
          Arrays.copyOf(start, i % 3 == 0 ? random.nextInt(start.length + 40) : start.length);
      for (int changes = random.nextInt(6); changes > 0 && bytes.length > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThatCode(() -> DHCP.answer(bytes).ifPresent(answer -> check(bytes, answer)))
          .as("seed 42, datagram %d: %s", i, HexFormat.of().formatHex(bytes))
          .doesNotThrowAnyException();
    }
  }

  /** Whatever was asked: no address but the guest's is given, and the answer keeps its bounds. */
  private static void check(byte[] question, byte[] answer) {
    assertThat(answer.length).isLessThanOrEqualTo(LENGTH_MAX);
    assertThat(answer[0]).isIn((byte) 2, (byte) 7);
    assertThat(Arrays.copyOfRange(answer, 1, 4)).isEqualTo(Arrays.copyOfRange(question, 1, 4));
    assertThat(one(answer, 2).value()).isEqualTo("00030001020000000000");
    for (List<Option> options : given(answer)) {
      for (Option option : options) {
        if (option.code() == 5) {
          assertThat(option.value()).hasSize(48);
          assertThat(
                  option.value().equals(forEver(OURS)) || option.value().endsWith("0".repeat(16)))
              .isTrue();
        }
      }
    }
  }

  @Test
  void shouldKeepTheLargestAnswerWithinOnePacket() {
    String[] eight = new String[8];
    Arrays.fill(eight, OTHER);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      all.append(association(i, i == 0 ? eight : new String[0]));
    }
    byte[] answer =
        dhcp("nameserver fd00::1\nnameserver fd00::2\nnameserver fd00::3\nsearch "
                + "x".repeat(60)
                + ("." + "x".repeat(60)).repeat(3)
                + "\n")
            .answer(question(1, option(1, "00".repeat(130)), all.toString()))
            .orElseThrow();

    assertThat(answer.length).isBetween(800, LENGTH_MAX);
    assertThat(of(answer, 24)).hasSize(1);
  }
}
