package io.vireo.node.core;

import java.util.List;
import java.util.Optional;

/**
 * How an interface of a guest is bound to its pod's network.
 *
 * @param binding masquerade or bridge
 * @param network4 the guest's network behind masquerade, as address and prefix
 * @param ports such as {@code tcp/22}; none means that all lead to the guest
 * @param dhcp what the guest is told besides
 */
public record PodNetwork(
    String binding,
    Optional<String> network4,
    Optional<String> network6,
    List<String> ports,
    DhcpOptions dhcp) {

  public PodNetwork {
    ports = List.copyOf(ports);
  }

  /**
   * Options of DHCP.
   *
   * @param extra by number, of the private range
   */
  public record DhcpOptions(
      Optional<String> bootFile,
      Optional<String> tftpServer,
      List<String> ntpServers,
      List<Extra> extra) {

    public DhcpOptions {
      ntpServers = List.copyOf(ntpServers);
      extra = List.copyOf(extra);
    }
  }

  /** An option by its number. */
  public record Extra(int number, String value) {}
}
