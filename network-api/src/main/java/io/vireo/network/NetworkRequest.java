package io.vireo.network;

import java.util.List;
import java.util.Optional;

/**
 * What a pod's network is to become, as the helper is told it. It names no pod: which one is meant
 * is said by the descriptor that comes with it.
 *
 * @param mac of the guest; empty for the pod's own with bridge, never empty with masquerade
 * @param network4 the guest's network behind the pod's address
 * @param network6 the same for IPv6
 * @param ports those that lead to the guest; none means all of them
 * @param queues of the tap device
 */
public record NetworkRequest(
    Binding binding,
    Optional<MacAddress> mac,
    Subnet network4,
    Subnet network6,
    List<Port> ports,
    int queues) {

  /** KubeVirt's network for guests behind masquerade. */
  public static final Subnet NETWORK4 = Subnet.parse("10.0.2.0/24");

  /** The same for IPv6. */
  public static final Subnet NETWORK6 = Subnet.parse("fd10:0:2::/120");

  private static final int PORTS_MAX = 256;
  private static final int QUEUES_MAX = 256;

  /** Checks what goes together. */
  public NetworkRequest {
    ports = List.copyOf(ports);
    if (ports.size() > PORTS_MAX) {
      throw new IllegalArgumentException("Expected at most " + PORTS_MAX + " ports");
    }
    if (binding == Binding.MASQUERADE && mac.isEmpty()) {
      throw new IllegalArgumentException("Expected a MAC address with masquerade");
    }
    if (queues < 1 || queues > QUEUES_MAX) {
      throw new IllegalArgumentException("Expected 1 to " + QUEUES_MAX + " queues");
    }
  }

  /** A port of the guest. */
  public record Port(String protocol, int number) {
    private static final int MAX = 65535;

    /** Checks it. */
    public Port {
      if (!protocol.equals("tcp") && !protocol.equals("udp")) {
        throw new IllegalArgumentException("Expected tcp or udp, but it is '" + protocol + "'");
      }
      if (number < 1 || number > MAX) {
        throw new IllegalArgumentException("Expected a port from 1 to 65535, but it is " + number);
      }
    }

    /**
     * Reads {@code tcp/22}.
     *
     * @throws IllegalArgumentException if it is no port
     */
    public static Port parse(String text) {
      int slash = text.indexOf('/');
      if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,5}")) {
        throw new IllegalArgumentException("Expected a port like tcp/22, but it is '" + text + "'");
      }
      return new Port(text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
      return protocol + "/" + number;
    }
  }

  /** As a message. */
  public byte[] encode() {
    return new Fields()
        .put("binding", binding.word())
        .put("mac", mac.map(MacAddress::text))
        .put("network4", network4.toString())
        .put("network6", network6.toString())
        .put("ports", ports.stream().map(Port::toString).toList())
        .put("queues", Integer.toString(queues))
        .encode();
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static NetworkRequest decode(byte[] bytes) {
    Fields fields = Fields.decode(bytes);
    return new NetworkRequest(
        Binding.of(fields.required("binding")),
        fields.text("mac").map(MacAddress::new),
        Subnet.parse(fields.required("network4")),
        Subnet.parse(fields.required("network6")),
        fields.list("ports").stream().map(Port::parse).toList(),
        fields.number("queues", 1, QUEUES_MAX));
  }
}
