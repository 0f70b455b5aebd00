package io.vireo.podnet.core;

import io.vireo.network.MacAddress;
import io.vireo.network.Subnet;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The guest of a bridge speaks as itself only, its questions for addresses and routers stay in the
 * pod, nobody outside answers them, and the pod has nothing that the guest may reach but that.
 */
final class BridgeRules {

  private static final String NO_IPV6 =
      "    iifname \"%s\" meta protocol ip6 drop\n".formatted(Planner.TAP);

  /** What a host asks its router, and neighbours each other. */
  private static final String ASKED_BY_ICMPV6 =
      "nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert";

  private BridgeRules() {}

  /**
   * As a transaction.
   *
   * @param own6 the guest's IPv6 address; empty if it has none, and then it may speak none
   */
  static String nft(MacAddress mac, Subnet own4, Optional<Subnet> own6) {
    return """
    table bridge vireo
    delete table bridge vireo
    table bridge vireo {
      chain through {
        type filter hook forward priority filter
        meta protocol ip udp dport { 67, 68 } drop
        meta protocol ip6 udp dport { 546, 547 } drop
        icmpv6 type { nd-router-solicit, nd-router-advert, nd-redirect } drop
        iifname "%5$s" ether saddr %2$s drop
        iifname "%1$s" ether saddr != %2$s drop
        iifname "%1$s" meta protocol ip ip saddr != %3$s drop
        iifname "%1$s" meta protocol arp arp saddr ip != { 0.0.0.0, %3$s } drop
    %6$s  }
      chain into {
        type filter hook input priority filter
        iifname "%5$s" udp dport { 67, 547 } drop
        iifname "%5$s" icmpv6 type nd-router-solicit drop
      }
      chain from {
        type filter hook output priority filter
        oifname "%5$s" udp dport { 68, 546 } drop
        oifname "%5$s" icmpv6 type nd-router-advert drop
      }
    }
    table inet vireo
    delete table inet vireo
    table inet vireo {
    %7$s  chain own {
        type filter hook input priority filter
        iifname "%4$s" udp dport { 67, 547 } accept
        iifname "%4$s" icmpv6 type { %8$s } accept
        iifname "%4$s" drop
      }
    }
    """
        .formatted(
            Planner.TAP,
            mac,
            own4.address().getHostAddress(),
            Planner.BRIDGE,
            Planner.NIC,
            own6.map(Subnet::address).map(BridgeRules::spoofed).orElse(NO_IPV6),
            own6.map(Subnet::address).map(BridgeRules::routed).orElse(""),
            ASKED_BY_ICMPV6);
  }

  /** What is sent under another address, or says that another address is the guest's. */
  private static String spoofed(InetAddress own) {
    return """
        iifname "%1$s" ip6 saddr != { ::, fe80::/10, %2$s } drop
        iifname "%1$s" icmpv6 type nd-neighbor-advert @th,64,16 != 0xfe80 @th,64,128 != 0x%3$s drop
    """
        .formatted(
            Planner.TAP,
            own.getHostAddress(),
            "%032x".formatted(new BigInteger(1, own.getAddress())));
  }

  /**
   * The pod is the guest's router, and nobody else's. Where the kernel's br_netfilter is on, what
   * only crosses the bridge passes here too.
   */
  private static String routed(InetAddress own) {
    return """
      chain routed {
        type filter hook forward priority filter
        iifname "%1$s" ip6 saddr != { fe80::/10, %2$s } ip6 daddr != { fe80::/10, ff00::/8, %2$s } drop
      }
    """
        .formatted(Planner.BRIDGE, own.getHostAddress());
  }
}
