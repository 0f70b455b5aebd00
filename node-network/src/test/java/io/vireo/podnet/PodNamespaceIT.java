package io.vireo.podnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.network.Binding;
import io.vireo.network.Datagrams;
import io.vireo.network.Descriptor;
import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import io.vireo.network.NetworkRequest;
import io.vireo.network.NetworkRequest.Port;
import io.vireo.network.SocketAddresses;
import io.vireo.network.Subnet;
import io.vireo.podnet.core.NamespaceView;
import io.vireo.podnet.core.NetworkProblem;
import io.vireo.podnet.core.Plan;
import io.vireo.podnet.core.Planner;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real thing in namespaces of the test's own. A guest is another namespace whose interface is
 * put where QEMU would be: a veth in the bridge.
 */
@org.jspecify.annotations.NullUnmarked
@Timeout(60)
class PodNamespaceIT {

  private static final MacAddress GUEST = new MacAddress("52:54:00:00:00:01");

  private TestNetwork network;

  @BeforeEach
  void makePod() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "no /dev/net/tun");
    for (String program : List.of("ip", "nft", "nsenter", "unshare", "busybox")) {
      assumeTrue(TestNetwork.has(program), program + " is missing");
    }
    network = TestNetwork.make();
  }

  @AfterEach
  void removePod() throws Exception {
    if (network != null) {
      network.close();
    }
  }

  private static NetworkRequest masquerade(Port... ports) {
    return new NetworkRequest(
        Binding.MASQUERADE,
        Optional.of(GUEST),
        NetworkRequest.NETWORK4,
        NetworkRequest.NETWORK6,
        List.of(ports),
        1);
  }

  private static NetworkRequest bridge() {
    return new NetworkRequest(
        Binding.BRIDGE,
        Optional.empty(),
        NetworkRequest.NETWORK4,
        NetworkRequest.NETWORK6,
        List.of(),
        1);
  }

  private PodNamespace.Result setUp(NetworkRequest request) throws Exception {
    try (Descriptor namespace = network.pod();
        Descriptor tun = network.tun()) {
      PodNamespace.checkTun(tun);
      return PodNamespace.of(namespace).setUp(request, tun);
    }
  }

  private static void close(PodNamespace.Result result) {
    result.sockets().forEach(Descriptor::close);
  }

  @Test
  void shouldLeadTrafficToTheGuestAndFromIt() throws Exception {
    PodNamespace.Result result = setUp(masquerade());
    close(result);
    assertThat(result.network().mac()).isEqualTo(GUEST);
    assertThat(result.network().v4().orElseThrow().guest()).isEqualTo(Subnet.parse("10.0.2.2/24"));
    assertThat(result.network().v6().orElseThrow().guest())
        .isEqualTo(Subnet.parse("fd10:0:2::2/120"));
    network.plugGuest(GUEST);
    network.inGuest("ip addr add 10.0.2.2/24 dev eth0; ip route add default via 10.0.2.1");
    network.inGuest("ip -6 addr add fd10:0:2::2/120 dev eth0 nodad");
    network.inGuest("ip -6 route add default via fd10:0:2::1");

    network.serve(TestNetwork.Side.GUEST, 80, "guest");
    network.serve(TestNetwork.Side.OUTSIDE, 80, "outside");
    assertThat(network.ask(TestNetwork.Side.OUTSIDE, "10.99.0.2", 80)).contains("guest");
    assertThat(network.ask(TestNetwork.Side.GUEST, "10.99.0.1", 80)).contains("outside");
    assertThat(network.ask(TestNetwork.Side.OUTSIDE, "[fd99::2]", 80)).contains("guest");
    assertThat(network.ask(TestNetwork.Side.GUEST, "[fd99::1]", 80)).contains("outside");
  }

  @Test
  void shouldOpenTheListedPortsOnly() throws Exception {
    close(setUp(masquerade(new Port("tcp", 80))));
    network.plugGuest(GUEST);
    network.inGuest("ip addr add 10.0.2.2/24 dev eth0; ip route add default via 10.0.2.1");
    network.serve(TestNetwork.Side.GUEST, 80, "listed");
    network.serve(TestNetwork.Side.GUEST, 81, "closed");
    assertThat(network.ask(TestNetwork.Side.OUTSIDE, "10.99.0.2", 80)).contains("listed");
    assertThat(network.ask(TestNetwork.Side.OUTSIDE, "10.99.0.2", 81)).doesNotContain("closed");

    // The list may grow with the next start in the same pod, and nothing of the last one stays.
    close(setUp(masquerade(new Port("tcp", 81))));
    assertThat(network.ask(TestNetwork.Side.OUTSIDE, "10.99.0.2", 81)).contains("closed");
    assertThat(network.ask(TestNetwork.Side.OUTSIDE, "10.99.0.2", 80)).doesNotContain("listed");
  }

  @Test
  void shouldDropWhatAGuestSendsUnderAnotherAddress() throws Exception {
    close(setUp(masquerade()));
    network.plugGuest(GUEST);
    network.inGuest(
        "ip addr add 10.0.2.2/24 dev eth0; ip addr add 10.0.2.77/24 dev eth0;"
            + " ip route add default via 10.0.2.1");
    assertThat(network.pings("10.0.2.2", "10.99.0.1")).isTrue();
    assertThat(network.pings("10.0.2.77", "10.99.0.1")).isFalse();
  }

  @Test
  void shouldMakeTheSameTwice() throws Exception {
    close(setUp(masquerade()));
    String once = network.describePod();
    close(setUp(masquerade()));
    assertThat(network.describePod()).isEqualTo(once).contains("k6t-eth0").contains("tap0");
  }

  @Test
  void shouldGiveTheGuestOfABridgeThePodsPlace() throws Exception {
    String mac = network.podMac();
    PodNamespace.Result first = setUp(bridge());
    close(first);
    String once = network.describePod();
    PodNamespace.Result second = setUp(bridge());
    close(second);
    assertThat(second.network()).isEqualTo(first.network());
    assertThat(network.describePod()).isEqualTo(once);
    assertThat(first.network().mac()).isEqualTo(new MacAddress(mac));
    assertThat(first.network().v4().orElseThrow().guest()).isEqualTo(Subnet.parse("10.99.0.2/24"));
    assertThat(first.network().v4().orElseThrow().gateway().orElseThrow().getHostAddress())
        .isEqualTo("10.99.0.1");

    network.plugGuest(first.network().mac());
    network.inGuest("ip addr add 10.99.0.2/24 dev eth0; ip route add default via 10.99.0.1");
    network.serve(TestNetwork.Side.GUEST, 80, "guest");
    network.serve(TestNetwork.Side.OUTSIDE, 80, "outside");
    assertThat(network.ask(TestNetwork.Side.OUTSIDE, "10.99.0.2", 80)).contains("guest");
    assertThat(network.ask(TestNetwork.Side.GUEST, "10.99.0.1", 80)).contains("outside");
  }

  @Test
  void shouldRouteForTheGuestOfABridgeAndDropItsOtherIpv6Addresses() throws Exception {
    PodNamespace.Result result = setUp(bridge());
    close(result);
    assertThat(result.network().v6().orElseThrow().guest()).isEqualTo(Subnet.parse("fd99::2/64"));
    network.plugGuest(result.network().mac());
    // As the launcher's advertisement and its DHCPv6 would have it.
    network.inGuest(
        "ip -6 addr add fd99::2/128 dev eth0 nodad; ip -6 addr add fd99::77/128 dev eth0 nodad");
    network.inGuest(
        "ip -6 route add default via " + network.bridgeLinkLocal() + " dev eth0 src fd99::2");
    network.serve(TestNetwork.Side.GUEST, 80, "guest");
    network.serve(TestNetwork.Side.OUTSIDE, 80, "outside");
    assertThat(network.ask(TestNetwork.Side.OUTSIDE, "[fd99::2]", 80)).contains("guest");
    assertThat(network.ask(TestNetwork.Side.GUEST, "[fd99::1]", 80)).contains("outside");
    assertThat(network.pings("fd99::2", "fd99::1")).isTrue();
    assertThat(network.pings("fd99::77", "fd99::1")).isFalse();
  }

  /** The neighbours of the pod would take it for their router. */
  @ParameterizedTest
  @EnumSource(Binding.class)
  void shouldAdvertiseARouterToTheGuestAlone(Binding binding) throws Exception {
    PodNamespace.Result result = setUp(binding == Binding.BRIDGE ? bridge() : masquerade());
    network.plugGuest(result.network().mac());
    try (Datagrams routers = new Datagrams(result.sockets().get(1), 1500)) {
      byte[] advertisement = {(byte) 134, 0, 0, 0, 64, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0};
      do {
        // The guest's interface comes up a moment later.
        routers.send(advertisement, SocketAddresses.of(InetAddress.ofLiteral("ff02::1"), 0));
        Thread.sleep(5);
      } while (network.advertisements(TestNetwork.Side.GUEST) == 0);
      assertThat(network.advertisements(TestNetwork.Side.OUTSIDE)).isZero();
    } finally {
      close(result);
    }
  }

  @Test
  void shouldRepairABridgeThatWasLeftHalfDone() throws Exception {
    PodNamespace.Result first = setUp(bridge());
    close(first);
    String whole = network.describePod();
    network.inPod("ip link del k6t-eth0; ip link del tap0; nft flush ruleset");
    PodNamespace.Result second = setUp(bridge());
    close(second);
    assertThat(second.network()).isEqualTo(first.network());
    assertThat(network.describePod().lines().sorted().toList())
        .isEqualTo(whole.lines().sorted().toList());
  }

  /** Killed after any of its lines, a helper leaves what the next one makes the same of. */
  @ParameterizedTest
  @EnumSource(Binding.class)
  void shouldFinishWhatAHelperThatWasKilledHasBegun(Binding binding) throws Exception {
    NetworkRequest request = binding == Binding.BRIDGE ? bridge() : masquerade();
    GuestNetwork whole = null;
    String described = "";
    for (int done = plan(request).ip().size(); done >= 0; done--) {
      network.close();
      network = TestNetwork.make();
      Plan plan = plan(request);
      try (Descriptor tun = network.tun()) {
        TapDevice.make(tun, Planner.TAP, Planner.LAUNCHER_ID, request.queues());
      }
      network.inPod(
          "ip -batch - <<END\n" + String.join("\n", plan.ip().subList(0, done)) + "\nEND");
      PodNamespace.Result result = setUp(request);
      close(result);
      String now = withoutMacs(network.describePod());
      if (whole == null) {
        whole = result.network();
        described = now;
      }
      assertThat(result.network().v4()).as("after %d lines", done).isEqualTo(whole.v4());
      assertThat(result.network().v6()).as("after %d lines", done).isPresent();
      assertThat(now).as("after %d lines of %s", done, plan.ip()).isEqualTo(described);
    }
  }

  private Plan plan(NetworkRequest request) throws Exception {
    return Planner.plan(
        NamespaceView.parse(
            network.inPod(
                "ip -oneline -batch - <<END\n" + NamespaceView.QUESTIONS.strip() + "\nEND")),
        request);
  }

  /** Each pod of the test has another one. */
  private static String withoutMacs(String described) {
    return described
        .replaceAll("([0-9a-f]{2}:){5}[0-9a-f]{2}", "MAC")
        .lines()
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  @Test
  void shouldOpenSocketsOfThePod() throws Exception {
    PodNamespace.Result result = setUp(masquerade());
    assertThat(result.sockets()).hasSize(3);
    network.plugGuest(GUEST);
    try (Datagrams dhcp = new Datagrams(result.sockets().getFirst(), 1500)) {
      network.inGuest("busybox udhcpc -i eth0 -n -q -t 1 -T 1 -s /bin/true >/dev/null 2>&1 &");
      assertThat(dhcp.receive())
          .hasValueSatisfying(asked -> assertThat(asked.bytes()).isNotEmpty());
    } finally {
      close(result);
    }
  }

  @Test
  void shouldRefuseWhatIsNoNamespaceOfAPod() throws Exception {
    try (Descriptor file = Descriptor.openForReading(Path.of("/etc/passwd"))) {
      assertThatThrownBy(() -> PodNamespace.of(file))
          .isInstanceOf(NetworkProblem.class)
          .hasMessageContaining("network namespace");
      assertThatThrownBy(() -> PodNamespace.checkTun(file)).isInstanceOf(NetworkProblem.class);
    }
    try (Descriptor mounts = Descriptor.openForReading(Path.of("/proc/self/ns/mnt"))) {
      assertThatThrownBy(() -> PodNamespace.of(mounts)).isInstanceOf(NetworkProblem.class);
    }
    try (Descriptor own = Descriptor.openForReading(Path.of("/proc/self/ns/net"))) {
      assertThatThrownBy(() -> PodNamespace.of(own))
          .isInstanceOf(NetworkProblem.class)
          .hasMessageContaining("helper's");
    }
    try (Descriptor outside = network.outside();
        Descriptor tun = network.tun()) {
      assertThatThrownBy(() -> PodNamespace.of(outside).setUp(masquerade(), tun))
          .isInstanceOf(NetworkProblem.class)
          .hasMessageContaining("the interface pod");
    }
  }

  /** One that prints nothing and does not end would keep its request, and its turn, for ever. */
  @Test
  void shouldNotWaitForAProgramForEver() throws Exception {
    try (Descriptor namespace = network.pod()) {
      assertThatThrownBy(
              () ->
                  new NamespacePrograms(namespace, Duration.ofMillis(300)).run("", "sleep", "1000"))
          .isInstanceOf(IOException.class)
          .hasMessage("Expected sleep to end within 300 ms");
    }
  }
}
