package io.vireo.podnet.core;

import io.vireo.network.Binding;
import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import io.vireo.network.NetworkRequest;
import io.vireo.network.Subnet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what is to be done; the names of interfaces are KubeVirt's. */
public final class Planner {

  /** The interface that Kubernetes gave the pod. */
  public static final String POD = "eth0";

  /** The pod's interface once it is a port of the bridge. */
  static final String NIC = "eth0-nic";

  /** The bridge that guest and pod meet at. */
  public static final String BRIDGE = "k6t-eth0";

  /** QEMU's end of the guest's interface. */
  public static final String TAP = "tap0";

  /** Who the launcher runs as. */
  public static final int LAUNCHER_ID = 107;

  /** Appear by themselves in every namespace of some kernels. */
  private static final Set<String> FALLBACKS =
      Set.of(
          "tunl0",
          "gre0",
          "gretap0",
          "erspan0",
          "ip_vti0",
          "ip6_vti0",
          "sit0",
          "ip6tnl0",
          "ip6gre0");

  private Planner() {}

  /**
   * The plan.
   *
   * @throws NetworkProblem if this is not the namespace of a pod, or cannot become what is wanted
   */
  public static Plan plan(NamespaceView view, NetworkRequest request) throws NetworkProblem {
    checkPod(view);
    return request.binding() == Binding.MASQUERADE
        ? new Masquerade(view, request).plan()
        : new BridgeBinding(view, request).plan();
  }

  /**
   * A node's own namespace holds the other ends of its pods' interfaces, and much else; a pod's
   * holds the one interface that it was given. So what is not known is refused.
   */
  private static void checkPod(NamespaceView view) throws NetworkProblem {
    for (NamespaceView.Link link : view.links()) {
      String name = link.name();
      boolean known =
          name.equals("lo")
              || name.equals(POD)
              || name.equals(NIC)
              || name.equals(BRIDGE)
              || name.equals(TAP)
              || FALLBACKS.contains(name);
      if (!known) {
        throw new NetworkProblem(
            "Expected the network of a launcher pod, but it has the interface " + name);
      }
    }
    if (!view.has(POD) && !view.has(NIC)) {
      throw new NetworkProblem(
          "Expected the pod to have an interface eth0, but it has none; a pod of the node's own"
              + " network cannot hold a guest");
    }
  }

  /**
   * The lines that make bridge and tap, with what is there already left out.
   *
   * @param v6 whether the guest looks for a router there
   */
  static List<String> bridgeAndTap(NamespaceView view, int mtu, MacAddress bridgeMac, boolean v6) {
    List<String> lines = new ArrayList<>();
    if (!view.has(BRIDGE)) {
      lines.add("link add " + BRIDGE + " type bridge stp_state 0 forward_delay 0");
    }
    lines.add("link set dev " + BRIDGE + " address " + bridgeMac);
    if (v6) {
      // The kernel would first look for others with the address, and that only once QEMU has opened
      // the tap device: too late for a guest that asks at its start.
      lines.add("link set dev " + BRIDGE + " addrgenmode none");
    }
    lines.add("link set dev " + TAP + " mtu " + mtu + " master " + BRIDGE);
    lines.add("link set dev " + TAP + " up");
    lines.add("link set dev " + BRIDGE + " mtu " + mtu + " up");
    if (v6) {
      lines.add(
          "address replace %s/64 dev %s nodad"
              .formatted(linkLocal(bridgeMac).getHostAddress(), BRIDGE));
    }
    return lines;
  }

  /** The address on its link that an interface with this MAC has by itself. */
  static InetAddress linkLocal(MacAddress mac) {
    byte[] bytes = mac.bytes();
    byte[] address =
        ByteBuffer.allocate(16)
            .putShort((short) 0xfe80)
            .position(8)
            .put((byte) (bytes[0] ^ 2))
            .put(bytes, 1, 2)
            .putShort((short) 0xfffe)
            .put(bytes, 3, 3)
            .array();
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("Sixteen bytes are an address", e);
    }
  }

  /** One family's side of what the guest is told. */
  static GuestNetwork.Side side(Subnet network) {
    return new GuestNetwork.Side(
        new Subnet(network.host(2), network.prefix()),
        network.host(1),
        Optional.of(network.host(1)));
  }
}
