package io.vireo.podnet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.network.Binding;
import io.vireo.network.MacAddress;
import io.vireo.network.NetworkRequest;
import io.vireo.network.NetworkRequest.Port;
import io.vireo.network.Subnet;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {

  private static final String LO =
      "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group"
          + " default qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n";
  private static final String ETH0 =
      "2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP mode DEFAULT"
          + " group default qlen 1000\\    link/ether 0a:58:0a:f4:01:07 brd ff:ff:ff:ff:ff:ff"
          + " link-netnsid 0\n";
  private static final String ADDRESSES =
      "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever\n"
          + "2: eth0    inet 10.244.1.7/24 brd 10.244.1.255 scope global eth0\\       valid_lft"
          + " forever preferred_lft forever\n"
          + "2: eth0    inet6 fe80::858:aff:fef4:107/64 scope link \\       valid_lft forever"
          + " preferred_lft forever\n";
  private static final String ADDRESS6 =
      "2: eth0    inet6 fd00:1::7/64 scope global nodad \\       valid_lft forever preferred_lft"
          + " forever\n";
  private static final String ROUTES =
      "default via 10.244.1.1 dev eth0 \n10.96.0.0/12 via 10.244.1.1 dev eth0 \n"
          + "10.244.1.0/24 dev eth0 proto kernel scope link src 10.244.1.7 \n";
  private static final String ROUTES6 =
      "local 10.244.1.7 dev eth0 table local proto kernel scope host src 10.244.1.7 \n"
          + "10.9.0.0/16 via 10.244.1.9 dev eth0 table 100 \n"
          + "fd00:1::/64 dev eth0 proto kernel metric 256 pref medium\n"
          + "fe80::/64 dev eth0 proto kernel metric 256 pref medium\n"
          + "default via fd00:1::1 dev eth0 metric 1024 pref medium\n"
          + "multicast ff00::/8 dev eth0 table local proto kernel metric 256 pref medium\n";
  private static final NamespaceView DUAL =
      NamespaceView.parse(LO + ETH0 + ADDRESSES + ADDRESS6 + ROUTES + ROUTES6);
  private static final NamespaceView POD = NamespaceView.parse(LO + ETH0 + ADDRESSES + ROUTES);

  private static NetworkRequest masquerade(Port... ports) {
    return new NetworkRequest(
        Binding.MASQUERADE,
        Optional.of(new MacAddress("52:54:00:00:00:01")),
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

  @Test
  void shouldReadWhatIpPrints() {
    assertThat(POD.links()).extracting(NamespaceView.Link::name).containsExactly("lo", "eth0");
    assertThat(POD.link("eth0").orElseThrow())
        .isEqualTo(
            new NamespaceView.Link(
                "eth0", Optional.of(new MacAddress("0a:58:0a:f4:01:07")), 1450, Optional.empty()));
    assertThat(POD.global("eth0", true)).contains(Subnet.parse("10.244.1.7/24"));
    assertThat(POD.global("eth0", false)).isEmpty();
    assertThat(POD.routes()).hasSize(3);
    assertThat(DUAL.routes())
        .extracting(route -> route.destination().toString())
        .containsExactly(
            "0.0.0.0/0",
            "10.96.0.0/12",
            "10.244.1.0/24",
            "fd00:1:0:0:0:0:0:0/64",
            "fe80:0:0:0:0:0:0:0/64",
            "0:0:0:0:0:0:0:0/0");
    assertThat(NamespaceView.parse("Object \"x\" is unknown\n\n").links()).isEmpty();
  }

  @Test
  void shouldHideTheGuestBehindThePod() throws Exception {
    Plan plan = Planner.plan(POD, masquerade());
    assertThat(plan.makeTap()).isTrue();
    assertThat(plan.sysctls()).containsOnlyKeys("net/ipv4/ip_forward");
    assertThat(plan.ip())
        .contains(
            "link set dev k6t-eth0 address 02:00:00:00:00:00",
            "address replace 10.0.2.1/24 dev k6t-eth0");
    assertThat(plan.nft())
        .contains("iifname \"eth0\" meta nfproto ipv4 meta l4proto != icmpv6 dnat ip to 10.0.2.2")
        .contains("oifname \"eth0\" ip saddr 10.0.2.2 masquerade")
        .contains("iifname \"k6t-eth0\" ip saddr != 10.0.2.2 drop")
        .doesNotContain("ip6 saddr");
    assertThat(plan.network().mtu()).isEqualTo(1450);
    assertThat(plan.network().v6()).isEmpty();
  }

  @Test
  void shouldDoBothFamiliesWhereThePodHasBoth() throws Exception {
    Plan plan = Planner.plan(DUAL, masquerade());
    assertThat(plan.sysctls())
        .containsOnlyKeys("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding");
    assertThat(plan.nft())
        .contains("dnat ip6 to fd10:0:2:0:0:0:0:2")
        .contains("iifname \"k6t-eth0\" ip6 saddr != fd10:0:2:0:0:0:0:2 drop");
    // Known at once, and by nobody else on the link: where routers are looked for.
    assertThat(plan.ip())
        .containsSubsequence(
            "link set dev k6t-eth0 addrgenmode none",
            "link set dev k6t-eth0 mtu 1450 up",
            "address replace fe80:0:0:0:0:ff:fe00:0/64 dev k6t-eth0 nodad");
    assertThat(Planner.plan(POD, masquerade()).ip()).asString().doesNotContain("fe80");
    assertThat(plan.network().v6().orElseThrow().guest())
        .isEqualTo(Subnet.parse("fd10:0:2::2/120"));
  }

  @Test
  void shouldOpenWhatIsListed() throws Exception {
    Plan plan =
        Planner.plan(
            POD,
            masquerade(
                new Port("tcp", 22),
                new Port("tcp", 80),
                new Port("tcp", 22),
                new Port("udp", 53)));
    assertThat(plan.nft())
        .contains("meta nfproto ipv4 tcp dport { 22, 80 } dnat ip to 10.0.2.2")
        .contains("meta nfproto ipv4 udp dport { 53 } dnat ip to 10.0.2.2")
        .doesNotContain("meta l4proto != icmpv6 dnat");
  }

  @Test
  void shouldGiveThePodsPlaceToTheGuestOfABridge() throws Exception {
    Plan plan = Planner.plan(POD, bridge());
    assertThat(plan.network().mac()).isEqualTo(new MacAddress("0a:58:0a:f4:01:07"));
    assertThat(plan.network().v4().orElseThrow().guest()).isEqualTo(Subnet.parse("10.244.1.7/24"));
    assertThat(plan.network().v4().orElseThrow().gateway())
        .contains(InetAddress.ofLiteral("10.244.1.1"));
    assertThat(plan.network().routes())
        .extracting(Object::toString)
        .containsExactly("10.96.0.0/12>10.244.1.1");
    assertThat(plan.ip().getFirst())
        .isEqualTo(
            "link set dev eth0 alias \"vireo 0a:58:0a:f4:01:07 1450 10.244.1.7/24 10.244.1.1"
                + " - - 10.96.0.0/12>10.244.1.1\"");
  }

  @Test
  void shouldGiveThePodsIpv6AddressToTheGuestOfABridgeAndRouteForIt() throws Exception {
    Plan plan = Planner.plan(DUAL, bridge());
    assertThat(plan.network().v6().orElseThrow().guest()).isEqualTo(Subnet.parse("fd00:1::7/64"));
    assertThat(plan.network().v6().orElseThrow().gateway())
        .contains(InetAddress.ofLiteral("fd00:1::1"));
    assertThat(plan.network().routes()).hasSize(1);
    assertThat(plan.sysctls()).containsOnlyKeys("net/ipv6/conf/all/forwarding");
    assertThat(plan.ip())
        .contains(
            "address replace fe80:0:0:0:c58:aff:fef4:107/64 dev k6t-eth0 nodad",
            "route replace ::/0 via fd00:1:0:0:0:0:0:1 dev k6t-eth0 onlink");
    assertThat(plan.nft())
        .contains("iifname \"tap0\" ip6 saddr != { ::, fe80::/10, fd00:1:0:0:0:0:0:7 } drop")
        .contains("@th,64,128 != 0xfd000001000000000000000000000007 drop")
        .contains("iifname \"k6t-eth0\" ip6 saddr != { fe80::/10, fd00:1:0:0:0:0:0:7 }");

    String alias = plan.ip().getFirst().replaceAll(".* alias \"(.*)\"", "$1");
    NamespaceView moved =
        NamespaceView.parse(
            LO + ETH0.strip().replace("eth0@", "eth0-nic@") + "\\    alias " + alias + "\n");
    assertThat(Planner.plan(moved, bridge()).network()).isEqualTo(plan.network());
    assertThat(Planner.plan(moved, bridge()).nft()).isEqualTo(plan.nft());
  }

  @Test
  void shouldLetAGuestOfAPodWithoutIpv6SpeakNone() throws Exception {
    Plan plan = Planner.plan(POD, bridge());
    assertThat(plan.network().v6()).isEmpty();
    assertThat(plan.sysctls()).isEmpty();
    assertThat(plan.nft())
        .contains("iifname \"tap0\" meta protocol ip6 drop")
        .doesNotContain("ip6 saddr");
  }

  @Test
  void shouldGoOnFromWhatAHelperThatDiedHasLeft() throws Exception {
    Plan first = Planner.plan(POD, bridge());
    String alias =
        "    alias vireo 0a:58:0a:f4:01:07 1450 10.244.1.7/24 10.244.1.1"
            + " - - 10.96.0.0/12>10.244.1.1";
    // Only the alias; then also the name; then all but the rules.
    for (String left :
        List.of(
            LO + ETH0.strip() + "\\" + alias + "\n" + ADDRESSES,
            LO + ETH0.strip().replace("eth0@", "eth0-nic@") + "\\" + alias + "\n",
            LO
                + ETH0.strip().replace("eth0@", "eth0-nic@").replace("0a:58", "0e:58")
                + "\\"
                + alias
                + "\n3: tap0: <BROADCAST> mtu 1450 qdisc noop state DOWN \\    link/ether"
                + " 02:00:00:00:00:09 brd ff:ff:ff:ff:ff:ff\n")) {
      Plan next = Planner.plan(NamespaceView.parse(left), bridge());
      assertThat(next.network()).isEqualTo(first.network());
      assertThat(next.nft()).isEqualTo(first.nft());
      assertThat(next.makeTap()).isEqualTo(!left.contains("tap0"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cni0", "docker0", "flannel.1", "enp1s0", "vethdeadbeef", "net1"})
  void shouldRefuseTheNetworkOfANode(String other) {
    NamespaceView view =
        NamespaceView.parse(
            LO + ETH0 + ETH0.replace("2: eth0@if7", "3: " + other) + ADDRESSES + ROUTES);
    assertThatThrownBy(() -> Planner.plan(view, masquerade()))
        .isInstanceOf(NetworkProblem.class)
        .hasMessageContaining(other);
  }

  @Test
  void shouldRefuseAPodWithoutANetwork() {
    assertThatThrownBy(() -> Planner.plan(NamespaceView.parse(LO), masquerade()))
        .hasMessageContaining("eth0");
    assertThatThrownBy(() -> Planner.plan(NamespaceView.parse(LO + ETH0), masquerade()))
        .hasMessageContaining("address");
    assertThatThrownBy(() -> Planner.plan(NamespaceView.parse(LO + ETH0), bridge()))
        .hasMessageContaining("IPv4");
  }

  @Test
  void shouldRefuseAGuestNetworkThatIsThePodsOwn() {
    NetworkRequest overlapping =
        new NetworkRequest(
            Binding.MASQUERADE,
            Optional.of(new MacAddress("52:54:00:00:00:01")),
            Subnet.parse("10.244.0.0/16"),
            NetworkRequest.NETWORK6,
            List.of(),
            1);
    assertThatThrownBy(() -> Planner.plan(POD, overlapping))
        .isInstanceOf(NetworkProblem.class)
        .hasMessageContaining("vmNetworkCIDR");
  }

  @Test
  void shouldLeaveKernelsOwnFallbackTunnelsAlone() throws Exception {
    NamespaceView view =
        NamespaceView.parse(
            LO
                + ETH0
                + "3: tunl0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN \\    link/ipip 0.0.0.0 brd"
                + " 0.0.0.0\n"
                + ADDRESSES
                + ROUTES);
    assertThat(Planner.plan(view, masquerade()).makeTap()).isTrue();
  }

  @Test
  void shouldGiveThePodsInterfaceAnotherAddressThanTheGuest() {
    for (String mac : List.of("0a:58:0a:f4:01:07", "0e:58:0a:f4:01:07", "02:00:00:00:00:01")) {
      MacAddress other = BridgeBinding.other(new MacAddress(mac));
      assertThat(other).isNotEqualTo(new MacAddress(mac));
      assertThat(other.bytes()[0] & 3).as("local, of one interface").isEqualTo(2);
    }
  }
}
