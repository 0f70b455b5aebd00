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
import java.util.stream.Collectors;

/**
 * The guest takes the pod's address and MAC; the pod's interface becomes a port of the bridge and
 * has no address any more.
 *
 * <p>What the pod's interface was is written into its alias before anything is changed, so that a
 * helper that died half-way is repaired by the next.
 */
final class BridgeBinding {

  /** Where the launcher answers DHCP; nothing is routed there. KubeVirt's address. */
  private static final Subnet SERVER = Subnet.parse("169.254.75.10/32");

  private static final String MARK = "vireo ";
  private static final int LOCAL_FIRST_BYTE = 0x0e;
  private static final int ALIAS_MAX = 255;

  private final NamespaceView view;
  private final NetworkRequest request;

  BridgeBinding(NamespaceView view, NetworkRequest request) {
    this.view = view;
    this.request = request;
  }

  /** What the pod's interface was when it was the pod's. */
  record Original(
      MacAddress mac, int mtu, Subnet address, Optional<InetAddress> gateway, List<String> routes) {

    String alias() {
      return MARK
          + String.join(
              " ",
              mac.text(),
              Integer.toString(mtu),
              address.toString(),
              gateway.map(InetAddress::getHostAddress).orElse("-"),
              routes.isEmpty() ? "-" : String.join(",", routes));
    }

    static Optional<Original> of(Optional<String> alias) {
      return alias
          .filter(text -> text.startsWith(MARK))
          .map(text -> text.substring(MARK.length()).split(" ", -1))
          .filter(parts -> parts.length == 5)
          .map(
              parts ->
                  new Original(
                      new MacAddress(parts[0]),
                      Integer.parseInt(parts[1]),
                      Subnet.parse(parts[2]),
                      parts[3].equals("-")
                          ? Optional.empty()
                          : Optional.of(InetAddress.ofLiteral(parts[3])),
                      parts[4].equals("-") ? List.of() : List.of(parts[4].split(",", -1))));
    }
  }

  Plan plan() throws NetworkProblem {
    boolean moved = view.has(Planner.NIC);
    Original original = original(moved);
    if (original.alias().length() > ALIAS_MAX) {
      throw new NetworkProblem(
          "Expected fewer routes in the pod than the guest of a bridge can be told");
    }
    MacAddress mac = request.mac().orElse(original.mac());
    return new Plan(
        Map.of(),
        !view.has(Planner.TAP),
        ip(original, moved),
        nft(mac, original.address().address()),
        new GuestNetwork(
            mac,
            original.mtu(),
            Optional.of(
                new GuestNetwork.Side(original.address(), SERVER.address(), original.gateway())),
            Optional.empty(),
            routes(original),
            GuestNetwork.Options.NONE));
  }

  private Original original(boolean moved) throws NetworkProblem {
    NamespaceView.Link link = view.link(moved ? Planner.NIC : Planner.POD).orElseThrow();
    Optional<Original> written = Original.of(link.alias());
    if (written.isPresent()) {
      return written.get();
    }
    Subnet address =
        view.global(Planner.POD, true)
            .orElseThrow(
                () ->
                    new NetworkProblem(
                        "Expected the pod's interface eth0 to have an IPv4 address, which a guest"
                            + " with the binding bridge takes"));
    List<NamespaceView.Route> routes =
        view.routes().stream().filter(route -> route.link().equals(Planner.POD)).toList();
    return new Original(
        link.mac()
            .orElseThrow(() -> new NetworkProblem("Expected the pod's eth0 to have a MAC address")),
        link.mtu(),
        address,
        routes.stream()
            .filter(route -> route.destination().prefix() == 0)
            .flatMap(route -> route.gateway().stream())
            .findFirst(),
        routes.stream()
            .filter(route -> route.destination().prefix() > 0)
            .filter(route -> !sameNetwork(route, address))
            .map(
                route ->
                    route.destination()
                        + ">"
                        + route.gateway().map(InetAddress::getHostAddress).orElse("0.0.0.0"))
            .toList());
  }

  /** The route that an address brings with it. */
  private static boolean sameNetwork(NamespaceView.Route route, Subnet address) {
    return route.gateway().isEmpty()
        && route.destination().prefix() == address.prefix()
        && address.contains(route.destination().address());
  }

  private static List<GuestNetwork.Route> routes(Original original) {
    return original.routes().stream()
        .map(
            text -> {
              int at = text.indexOf('>');
              return new GuestNetwork.Route(
                  Subnet.parse(text.substring(0, at)),
                  InetAddress.ofLiteral(text.substring(at + 1)));
            })
        .collect(Collectors.toList());
  }

  private List<String> ip(Original original, boolean moved) {
    List<String> lines = new ArrayList<>();
    if (!moved) {
      lines.add("link set dev eth0 alias \"" + original.alias() + "\"");
      lines.add("link set dev eth0 down");
      lines.add("link set dev eth0 name " + Planner.NIC);
    }
    lines.add("address flush dev " + Planner.NIC);
    // Or frames for the guest would be taken for the pod's own.
    lines.add("link set dev " + Planner.NIC + " address " + other(original.mac()));
    lines.addAll(Planner.bridgeAndTap(view, original.mtu(), other(original.mac()), false));
    lines.add("link set dev " + Planner.NIC + " master " + Planner.BRIDGE);
    // The node's bridge may send back what the guest sends to all; the guest is not out there.
    lines.add("link set dev " + Planner.NIC + " type bridge_slave learning off");
    lines.add("link set dev " + Planner.NIC + " up");
    lines.add("address replace " + SERVER + " dev " + Planner.BRIDGE);
    return lines;
  }

  /** Another address for the pod's interface, which is as unique on the node as the guest's. */
  static MacAddress other(MacAddress mac) {
    byte[] bytes = mac.bytes();
    bytes[0] = (byte) (bytes[0] == LOCAL_FIRST_BYTE ? LOCAL_FIRST_BYTE ^ 0x10 : LOCAL_FIRST_BYTE);
    return MacAddress.of(bytes);
  }

  /**
   * The guest speaks as itself only, its DHCP stays in the pod, and the pod has nothing that the
   * guest may reach but that.
   */
  private static String nft(MacAddress mac, InetAddress guest) {
    return """
    table bridge vireo
    delete table bridge vireo
    table bridge vireo {
      chain through {
        type filter hook forward priority filter
        meta protocol ip udp dport { 67, 68 } drop
        iifname "%5$s" ether saddr %2$s drop
        iifname "%1$s" ether saddr != %2$s drop
        iifname "%1$s" meta protocol ip ip saddr != %3$s drop
        iifname "%1$s" meta protocol arp arp saddr ip != { 0.0.0.0, %3$s } drop
      }
    }
    table inet vireo
    delete table inet vireo
    table inet vireo {
      chain own {
        type filter hook input priority filter
        iifname "%4$s" udp dport 67 accept
        iifname "%4$s" drop
      }
    }
    """
        .formatted(Planner.TAP, mac, guest.getHostAddress(), Planner.BRIDGE, Planner.NIC);
  }
}
