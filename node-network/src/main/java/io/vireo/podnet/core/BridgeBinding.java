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
  private static final String NONE = "-";

  private final NamespaceView view;
  private final NetworkRequest request;

  BridgeBinding(NamespaceView view, NetworkRequest request) {
    this.view = view;
    this.request = request;
  }

  /** An address of the pod, and by whom it reaches others. */
  record Place(Subnet address, Optional<InetAddress> gateway) {

    static Optional<Place> of(String address, String gateway) {
      return address.equals(NONE)
          ? Optional.empty()
          : Optional.of(
              new Place(
                  Subnet.parse(address),
                  gateway.equals(NONE)
                      ? Optional.empty()
                      : Optional.of(InetAddress.ofLiteral(gateway))));
    }

    static List<String> words(Optional<Place> place) {
      return List.of(
          place.map(known -> known.address().toString()).orElse(NONE),
          place.flatMap(Place::gateway).map(InetAddress::getHostAddress).orElse(NONE));
    }
  }

  /** What the pod's interface was when it was the pod's. */
  record Original(MacAddress mac, int mtu, Place v4, Optional<Place> v6, List<String> routes) {

    String alias() {
      List<String> words = new ArrayList<>(List.of(mac.text(), Integer.toString(mtu)));
      words.addAll(Place.words(Optional.of(v4)));
      words.addAll(Place.words(v6));
      words.add(routes.isEmpty() ? NONE : String.join(",", routes));
      return MARK + String.join(" ", words);
    }

    static Optional<Original> of(Optional<String> alias) {
      return alias
          .filter(text -> text.startsWith(MARK))
          .map(text -> text.substring(MARK.length()).split(" ", -1))
          .filter(parts -> parts.length == 7)
          .map(
              parts ->
                  new Original(
                      new MacAddress(parts[0]),
                      Integer.parseInt(parts[1]),
                      Place.of(parts[2], parts[3]).orElseThrow(),
                      Place.of(parts[4], parts[5]),
                      parts[6].equals(NONE) ? List.of() : List.of(parts[6].split(",", -1))));
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
        // The guest's router for IPv6 is the pod: an advertisement can name nobody else.
        original.v6().isPresent() ? Map.of("net/ipv6/conf/all/forwarding", "1") : Map.of(),
        !view.has(Planner.TAP),
        ip(original, moved),
        BridgeRules.nft(mac, original.v4().address(), original.v6().map(Place::address)),
        new GuestNetwork(
            mac,
            original.mtu(),
            Optional.of(side(original.v4(), SERVER.address())),
            original.v6().map(place -> side(place, Planner.linkLocal(other(original.mac())))),
            routes(original),
            GuestNetwork.Options.NONE));
  }

  private static GuestNetwork.Side side(Place place, InetAddress server) {
    return new GuestNetwork.Side(place.address(), server, place.gateway());
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
    return new Original(
        link.mac()
            .orElseThrow(() -> new NetworkProblem("Expected the pod's eth0 to have a MAC address")),
        link.mtu(),
        new Place(address, gateway(true)),
        view.global(Planner.POD, false).map(own -> new Place(own, gateway(false))),
        view.routes().stream()
            .filter(route -> route.isOf(Planner.POD, true))
            .filter(route -> route.destination().prefix() > 0)
            .filter(route -> !sameNetwork(route, address))
            .map(
                route ->
                    route.destination()
                        + ">"
                        + route.gateway().map(InetAddress::getHostAddress).orElse("0.0.0.0"))
            .toList());
  }

  /** Where what has no route of its own goes. */
  private Optional<InetAddress> gateway(boolean v4) {
    return view.routes().stream()
        .filter(route -> route.isOf(Planner.POD, v4) && route.destination().prefix() == 0)
        .flatMap(route -> route.gateway().stream())
        .findFirst();
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
    lines.addAll(
        Planner.bridgeAndTap(
            view, original.mtu(), other(original.mac()), original.v6().isPresent()));
    lines.add("link set dev " + Planner.NIC + " master " + Planner.BRIDGE);
    // The node's bridge may send back what the guest sends to all; the guest is not out there.
    lines.add("link set dev " + Planner.NIC + " type bridge_slave learning off");
    lines.add("link set dev " + Planner.NIC + " up");
    lines.add("address replace " + SERVER + " dev " + Planner.BRIDGE);
    original
        .v6()
        .flatMap(Place::gateway)
        .ifPresent(
            gateway ->
                // The pod has no address of the gateway's network any more.
                lines.add(
                    "route replace ::/0 via %s dev %s onlink"
                        .formatted(gateway.getHostAddress(), Planner.BRIDGE)));
    return lines;
  }

  /** Another address for the pod's interface, which is as unique on the node as the guest's. */
  static MacAddress other(MacAddress mac) {
    byte[] bytes = mac.bytes();
    bytes[0] = (byte) (bytes[0] == LOCAL_FIRST_BYTE ? LOCAL_FIRST_BYTE ^ 0x10 : LOCAL_FIRST_BYTE);
    return MacAddress.of(bytes);
  }
}
