package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.LaneState.Nic;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentViewTest {

  private static final String MAC = "52:54:00:00:00:01";

  private static AgentView of(AgentView.Nic... nics) {
    return new AgentView(AgentView.SILENT.os(), List.of(nics));
  }

  private static AgentView.Nic nic(String name, String mac, String... ips) {
    return new AgentView.Nic(name, mac, List.of(ips));
  }

  private static String name(String text) {
    return nic(text, MAC).name();
  }

  @ParameterizedTest
  @CsvSource({
    "eth0, eth0",
    "Ethernet 2, Ethernet 2",
    "é中😀, é中😀",
    "'a\u0000b\nc\u001b[31m', 'a?b?c?[31m'",
    "'x\u202Ey\uFEFFz', x?y?z",
    "'a\uD800b', a?b"
  })
  void shouldKeepPrintableCharactersOnly(String said, String kept) {
    assertThat(name(said)).isEqualTo(kept);
  }

  @Test
  void shouldCutLongTextsAndSaySo() {
    assertThat(name("x".repeat(256))).isEqualTo("x".repeat(256));
    assertThat(name("x".repeat(100_000))).isEqualTo("x".repeat(255) + "…");
    assertThat(name("😀".repeat(300)).codePointCount(0, name("😀".repeat(300)).length()))
        .isEqualTo(256);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.2.2", "fd10:0:2::2", "fe80::1", "::ffff:10.0.2.2", "FE80::A"})
  void shouldKeepAddresses(String ip) {
    assertThat(nic("eth0", MAC, ip).ips()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.2",
        "10.0.2.256",
        "10.0.2.2/24",
        "127.0.0.1",
        "::1",
        "fe80::1%eth0",
        "example.org",
        "1:2:3:4:5:6:7:8:9",
        "::::",
        "1.2.3.4::1",
        "1::2::3",
        "0x7f.0.0.1"
      })
  void shouldDropWhatIsNoAddressOfTheGuest(String ip) {
    assertThat(nic("eth0", MAC, ip).ips()).isEmpty();
  }

  @Test
  void shouldKeepSoManyInterfacesAndAddresses() {
    String[] ips = IntStream.range(0, 1000).mapToObj(i -> "fd00::" + i).toArray(String[]::new);
    AgentView.Nic[] nics =
        IntStream.range(0, 1000).mapToObj(i -> nic("eth" + i, MAC)).toArray(AgentView.Nic[]::new);

    assertThat(nic("eth0", MAC, ips).ips()).hasSize(AgentView.ADDRESSES_MAX);
    assertThat(of(nics).interfaces()).hasSize(AgentView.INTERFACES_MAX);
  }

  @Test
  void shouldLeaveOutTheLoopbackAndWhatHasNoName() {
    AgentView view =
        of(
            nic("lo", "00:00:00:00:00:00", "127.0.0.1"),
            nic("", "no address"),
            nic("tun0", "", "10.8.0.2"),
            nic("eth0", "52:54:00:00:00:0A"));

    assertThat(view.interfaces())
        .containsExactly(nic("tun0", "", "10.8.0.2"), nic("eth0", "52:54:00:00:00:0a"));
  }

  @Test
  void shouldSayWhatBothKnowOfAnInterface() {
    List<ReportedNic> nics =
        ReportedNic.of(
            List.of(new Nic("default", "52:54:00:00:00:01", 4, "up"), new Nic("b", "m", 1, "down")),
            of(
                nic("docker0", "02:42:00:00:00:01", "172.17.0.1"),
                nic("eth0", "52:54:00:00:00:01", "fe80::1", "10.0.2.2"),
                nic("br0", "52:54:00:00:00:01")));

    assertThat(nics)
        .containsExactly(
            new ReportedNic(
                "default",
                "52:54:00:00:00:01",
                List.of("fe80::1", "10.0.2.2"),
                "domain, guest-agent",
                "eth0",
                4,
                "up"),
            new ReportedNic("b", "m", List.of(), "domain", null, 1, "down"),
            new ReportedNic(
                "", "02:42:00:00:00:01", List.of("172.17.0.1"), "guest-agent", "docker0", 0, null),
            new ReportedNic("", "52:54:00:00:00:01", List.of(), "guest-agent", "br0", 0, null));
    assertThat(nics.get(0).ip()).isEqualTo("10.0.2.2");
    assertThat(nics.get(1).ip()).isNull();
  }

  @Test
  void shouldReportTheDomainsInterfacesFirstAndNotTooMany() {
    AgentView.Nic[] many =
        IntStream.range(0, 64).mapToObj(i -> nic("eth" + i, "")).toArray(AgentView.Nic[]::new);

    List<ReportedNic> nics = ReportedNic.of(List.of(new Nic("default", MAC, 1, "up")), of(many));

    assertThat(nics).hasSize(AgentView.INTERFACES_MAX);
    assertThat(nics.getFirst().name()).isEqualTo("default");
  }
}
