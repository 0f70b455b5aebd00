package io.vireo.podnet.core;

import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import io.vireo.network.NetworkRequest;
import io.vireo.network.Subnet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The guest has a private address behind the pod's, by rules in the pod's own namespace. */
final class Masquerade {

  /** KubeVirt's own for the bridge: no guest may have it. */
  private static final MacAddress RESERVED = new MacAddress("02:00:00:00:00:00");

  /** No advertisement: a guest has no router to tell its pod of. */
  private static final String ASKED_BY_ICMPV6 =
      "echo-request, nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert";

  private static final int PREFIX4_MAX = 30;
  private static final int PREFIX6_MAX = 126;

  private final NamespaceView view;
  private final NetworkRequest request;

  Masquerade(NamespaceView view, NetworkRequest request) {
    this.view = view;
    this.request = request;
  }

  Plan plan() throws NetworkProblem {
    NamespaceView.Link pod =
        view.link(Planner.POD)
            .orElseThrow(
                () ->
                    new NetworkProblem(
                        "Expected the pod's interface eth0, but this pod was set up for a bridge"));
    Optional<Subnet> network4 = network(request.network4(), true, PREFIX4_MAX);
    Optional<Subnet> network6 = network(request.network6(), false, PREFIX6_MAX);
    if (network4.isEmpty() && network6.isEmpty()) {
      throw new NetworkProblem("Expected the pod's interface eth0 to have an address");
    }
    return new Plan(
        sysctls(network4.isPresent(), network6.isPresent()),
        !view.has(Planner.TAP),
        ip(pod.mtu(), network4, network6),
        nft(network4.map(network -> network.host(2)), network6.map(network -> network.host(2))),
        new GuestNetwork(
            request.mac().orElseThrow(),
            pod.mtu(),
            network4.map(Planner::side),
            network6.map(Planner::side),
            List.of(),
            GuestNetwork.Options.NONE));
  }

  /** The guest's network of a family that the pod has. */
  private Optional<Subnet> network(Subnet wanted, boolean v4, int prefixMax) throws NetworkProblem {
    Optional<Subnet> own = view.global(Planner.POD, v4);
    if (own.isEmpty()) {
      return Optional.empty();
    }
    if (wanted.prefix() > prefixMax) {
      throw new NetworkProblem(
          "Expected the guest's network to have a prefix of at most %d, but it is %s"
              .formatted(prefixMax, wanted));
    }
    if (wanted.contains(own.get().address()) || own.get().contains(wanted.address())) {
      throw new NetworkProblem(
          "Expected the guest's network to be another than the pod's, but %s and %s overlap; set"
                  .formatted(wanted, own.get())
              + " networks[].pod.vmNetworkCIDR");
    }
    return Optional.of(wanted);
  }

  private static Map<String, String> sysctls(boolean v4, boolean v6) {
    Map<String, String> values = new TreeMap<>();
    if (v4) {
      values.put("net/ipv4/ip_forward", "1");
    }
    if (v6) {
      values.put("net/ipv6/conf/all/forwarding", "1");
    }
    return values;
  }

  private List<String> ip(int mtu, Optional<Subnet> network4, Optional<Subnet> network6) {
    List<String> lines =
        new ArrayList<>(Planner.bridgeAndTap(view, mtu, RESERVED, network6.isPresent()));
    network4.ifPresent(
        network ->
            lines.add(
                "address replace %s/%d dev %s"
                    .formatted(
                        network.host(1).getHostAddress(), network.prefix(), Planner.BRIDGE)));
    network6.ifPresent(
        network ->
            lines.add(
                "address replace %s/%d dev %s nodad"
                    .formatted(
                        network.host(1).getHostAddress(), network.prefix(), Planner.BRIDGE)));
    return lines;
  }

  private String nft(Optional<InetAddress> guest4, Optional<InetAddress> guest6) {
    StringBuilder inward = new StringBuilder();
    StringBuilder outward = new StringBuilder();
    StringBuilder spoofed = new StringBuilder();
    guest4.ifPresent(guest -> rules("ip", guest, inward, outward, spoofed));
    guest6.ifPresent(guest -> rules("ip6", guest, inward, outward, spoofed));
    return """
    table inet vireo
    delete table inet vireo
    table inet vireo {
      chain inward {
        type nat hook prerouting priority dstnat
    %1$s  }
      chain outward {
        type nat hook postrouting priority srcnat
    %2$s  }
      chain through {
        type filter hook forward priority filter
    %3$s  }
      chain own {
        type filter hook input priority filter
        iifname "%4$s" ct state established,related accept
        iifname "%4$s" udp dport { 67, 547 } accept
        iifname "%4$s" meta l4proto icmp accept
        iifname "%4$s" icmpv6 type { %5$s } accept
        iifname "%4$s" drop
      }
    }
    """
        .formatted(inward, outward, spoofed, Planner.BRIDGE, ASKED_BY_ICMPV6);
  }

  private void rules(
      String family,
      InetAddress guest,
      StringBuilder inward,
      StringBuilder outward,
      StringBuilder spoofed) {
    String address = guest.getHostAddress();
    String version = family.equals("ip") ? "ipv4" : "ipv6";
    if (request.ports().isEmpty()) {
      inward.append(
          "    iifname \"eth0\" meta nfproto %s meta l4proto != icmpv6 dnat %s to %s\n"
              .formatted(version, family, address));
    }
    for (String protocol : List.of("tcp", "udp")) {
      String ports =
          request.ports().stream()
              .filter(port -> port.protocol().equals(protocol))
              .map(port -> Integer.toString(port.number()))
              .distinct()
              .collect(Collectors.joining(", "));
      if (!ports.isEmpty()) {
        inward.append(
            "    iifname \"eth0\" meta nfproto %s %s dport { %s } dnat %s to %s\n"
                .formatted(version, protocol, ports, family, address));
      }
    }
    outward.append("    oifname \"eth0\" %s saddr %s masquerade\n".formatted(family, address));
    // Whatever a guest sends under another address would leave the pod under that address.
    spoofed.append(
        "    iifname \"%s\" %s saddr != %s drop\n".formatted(Planner.BRIDGE, family, address));
  }
}
