package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the status says of the inside of a guest. */
class GuestStatusTest {

  private static final Domain.Agent DEBIAN =
      new Domain.Agent("debian", "Debian GNU/Linux", "Debian 12", "", "12", "6.1", "#1", "x86_64");
  private static final Domain.Agent SILENT = new Domain.Agent("", "", "", "", "", "", "", "");
  private static final Domain.Interface DEVICE =
      new Domain.Interface(
          "default", "52:54:00:00:00:01", null, List.of(), "domain", null, 4, "down");
  private static final Domain.Interface IN_GUEST =
      new Domain.Interface(
          "default",
          "52:54:00:00:00:01",
          "192.0.2.99",
          List.of("192.0.2.99"),
          "domain, guest-agent",
          "enp1s0",
          4,
          "up");
  private static final Domain.Interface BRIDGE =
      new Domain.Interface(
          "",
          "02:42:00:00:00:01",
          "172.17.0.1",
          List.of("172.17.0.1", "fe80::1"),
          "guest-agent",
          "docker0",
          0,
          null);

  private final World world = new World();
  private int writesToRunning;

  @BeforeEach
  void run() {
    world.apply(World.SPEC);
    world.settle();
    writesToRunning = writes();
  }

  private int writes() {
    return world.commands(Command.WriteStatus.class).size();
  }

  private void said(List<Domain.Interface> interfaces, Domain.Agent agent) {
    world.guestReport(1, interfaces, agent);
    world.settle();
  }

  private List<Map<String, Object>> list(String field) {
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> items = (List<Map<String, Object>>) world.vmi.status.get(field);
    return items;
  }

  private List<Map<String, Object>> agentConditions() {
    return list("conditions").stream()
        .filter(condition -> condition.get("type").equals("AgentConnected"))
        .toList();
  }

  @Test
  void shouldShowWhatTheAgentSaysByOneWrite() {
    said(List.of(IN_GUEST, BRIDGE), DEBIAN);

    assertThat(writes()).isEqualTo(writesToRunning + 1);
    assertThat(agentConditions()).hasSize(1);
    assertThat(agentConditions().getFirst())
        .containsEntry("status", "True")
        .containsOnlyKeys("type", "status", "lastTransitionTime");
    assertThat(world.vmi.status.get("guestOSInfo"))
        .isEqualTo(
            Map.of(
                "id", "debian",
                "name", "Debian GNU/Linux",
                "prettyName", "Debian 12",
                "versionId", "12",
                "kernelRelease", "6.1",
                "kernelVersion", "#1",
                "machine", "x86_64"));
    said(List.of(IN_GUEST, BRIDGE), DEBIAN);
    assertThat(writes()).isEqualTo(writesToRunning + 1);
  }

  @Test
  void shouldShowThePodsAddressWhateverTheGuestSays() {
    said(List.of(IN_GUEST, BRIDGE), DEBIAN);

    String podIp = "10.0.0.7";
    assertThat(list("interfaces"))
        .containsExactly(
            Map.of(
                "name", "default",
                "mac", "52:54:00:00:00:01",
                "ipAddress", podIp,
                "ipAddresses", List.of(podIp),
                "infoSource", "domain, guest-agent",
                "interfaceName", "enp1s0",
                "queueCount", 4,
                "podInterfaceName", "eth0",
                "linkState", "up"),
            Map.of(
                "mac", "02:42:00:00:00:01",
                "interfaceName", "docker0",
                "ipAddress", "172.17.0.1",
                "ipAddresses", List.of("172.17.0.1", "fe80::1"),
                "infoSource", "guest-agent"));
  }

  @Test
  void shouldShowTheDomainsDeviceWithoutAnAgent() {
    said(List.of(DEVICE), null);

    assertThat(list("interfaces").getFirst())
        .containsEntry("infoSource", "domain")
        .containsEntry("queueCount", 4)
        .containsEntry("linkState", "down")
        .doesNotContainKey("interfaceName");
    assertThat(agentConditions()).isEmpty();
    assertThat(world.vmi.status).doesNotContainKey("guestOSInfo");
  }

  @Test
  void shouldShowAnAgentThatSaysNothing() {
    said(List.of(DEVICE), SILENT);

    assertThat(agentConditions()).hasSize(1);
    assertThat(world.vmi.status).doesNotContainKey("guestOSInfo");
  }

  @Test
  void shouldForgetWhatAnAgentSaidThatIsAway() {
    said(List.of(IN_GUEST, BRIDGE), DEBIAN);
    said(List.of(DEVICE), null);

    assertThat(agentConditions()).isEmpty();
    assertThat(world.vmi.status).doesNotContainKey("guestOSInfo");
    assertThat(list("interfaces")).hasSize(1);
    assertThat(writes()).isEqualTo(writesToRunning + 2);
  }
}
