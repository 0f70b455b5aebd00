package io.vireo.launcher.core;

import io.vireo.network.GuestNetwork;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a DHCP answer tells besides the address; what there is no room for is left out, last first.
 */
final class DhcpOptions {

  private static final int LENGTH_MAX = 255;
  private static final int LABEL_MAX = 63;
  private static final int LEASE = 51;
  private static final byte[] FOR_EVER = {-1, -1, -1, -1};

  /** The most important first. */
  private final Map<Integer, byte[]> options = new LinkedHashMap<>();

  DhcpOptions(GuestNetwork network, GuestNetwork.Side side, String hostname, ResolvConf names) {
    options.put(1, side.guest().mask().getAddress());
    options.put(LEASE, FOR_EVER);
    side.gateway().ifPresent(gateway -> options.put(3, gateway.getAddress()));
    add(6, addresses(names.servers()));
    options.put(26, ByteBuffer.allocate(2).putShort((short) network.mtu()).array());
    add(12, text(hostname));
    names.domain().forEach(domain -> add(15, text(domain)));
    if (!network.routes().isEmpty()) {
      // Whoever reads this option does not read the one for the router.
      add(121, routes(network, side));
    }
    add(119, search(names.search()));
    network.options().tftpServer().ifPresent(name -> add(66, text(name)));
    network.options().bootFile().ifPresent(name -> add(67, text(name)));
    add(
        42,
        addresses(network.options().ntpServers().stream().map(InetAddress::ofLiteral).toList()));
    for (GuestNetwork.Extra extra : network.options().extra()) {
      add(extra.number(), text(extra.value()));
    }
  }

  private void add(int code, byte[] value) {
    if (value.length > 0 && value.length <= LENGTH_MAX) {
      options.put(code, value);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] addresses(List<InetAddress> addresses) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    addresses.stream()
        .filter(Inet4Address.class::isInstance)
        .forEach(address -> out.writeBytes(address.getAddress()));
    return out.toByteArray();
  }

  private static byte[] routes(GuestNetwork network, GuestNetwork.Side side) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    network.routes().forEach(route -> route(out, route));
    side.gateway()
        .ifPresent(
            gateway -> {
              out.write(0);
              out.writeBytes(gateway.getAddress());
            });
    return out.toByteArray();
  }

  /** Only as many bytes of the destination as its prefix covers. */
  private static void route(ByteArrayOutputStream out, GuestNetwork.Route route) {
    int prefix = route.destination().prefix();
    out.write(prefix);
    out.write(route.destination().address().getAddress(), 0, Math.ceilDiv(prefix, Byte.SIZE));
    out.writeBytes(route.gateway().getAddress());
  }

  /** As in DNS, not compressed; as many as fit. */
  static byte[] search(List<String> domains) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String domain : domains) {
      byte[] name = name(domain);
      if (out.size() + name.length > LENGTH_MAX) {
        break;
      }
      out.writeBytes(name);
    }
    return out.toByteArray();
  }

  /** A name as in DNS; nothing for one that has no such form. */
  static byte[] name(String domain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String stripped = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    for (String label : stripped.split("\\.", -1)) {
      byte[] bytes = text(label);
      if (bytes.length == 0 || bytes.length > LABEL_MAX) {
        return new byte[0];
      }
      out.write(bytes.length);
      out.writeBytes(bytes);
    }
    out.write(0);
    return out.toByteArray();
  }

  /**
   * Writes them, with room left for the end.
   *
   * @param lease also how long the address may be kept
   */
  void write(ByteBuffer out, boolean lease) {
    options.forEach(
        (code, value) -> {
          boolean fits = out.remaining() >= value.length + 3;
          if (fits && (lease || code != LEASE)) {
            out.put((byte) code.intValue()).put((byte) value.length).put(value);
          }
        });
  }
}
