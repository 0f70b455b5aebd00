package io.vireo.podnet.core;

import io.vireo.network.GuestNetwork;
import java.util.List;
import java.util.Map;

/**
 * What is to be done in a namespace, in the order of the components. Doing it twice, or doing the
 * plan of what a helper that died has left, gives the same.
 *
 * @param sysctls values by their path below {@code /proc/sys}
 * @param makeTap the tap device is missing
 * @param ip lines for {@code ip -batch}
 * @param nft a transaction for {@code nft -f}
 * @param network what the guest is to be told
 */
public record Plan(
    Map<String, String> sysctls,
    boolean makeTap,
    List<String> ip,
    String nft,
    GuestNetwork network) {

  /** Copies. */
  public Plan {
    sysctls = Map.copyOf(sysctls);
    ip = List.copyOf(ip);
  }
}
