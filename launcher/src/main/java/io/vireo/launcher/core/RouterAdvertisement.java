package io.vireo.launcher.core;

import io.vireo.network.GuestNetwork;
import io.vireo.network.Subnet;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a router says of itself to a guest (RFC 4861, RFC 8106), with and without being asked: that
 * it is there, that addresses come by DHCPv6, and what is on the link. No prefix is for addresses
 * that a guest makes up by itself, for it may only speak under its own.
 */
public final class RouterAdvertisement {

  /** Whom it goes to if nobody in particular has asked. */
  public static final InetAddress ALL_NODES = InetAddress.ofLiteral("ff02::1");

  /** How often it is said unasked: what a guest was told must not run out. */
  public static final long EVERY_MS = 600_000;

  /** The most that the protocol allows, so that many of them may be lost. */
  static final int LIFETIME_SECONDS = 9000;

  private static final int ADVERTISEMENT = 134;
  private static final int SOLICITATION = 133;
  private static final int SOLICITATION_BYTES = 8;
  private static final int SOURCE_OPTION = 1;
  private static final int HOPS = 64;
  private static final int MANAGED = 0x80;
  private static final int ON_LINK = 0x80;
  private static final int FOR_EVER = -1;

  /** Lengths of options are in units of eight bytes. */
  private static final int UNIT = 8;

  private static final int MTU_MIN = 1280;
  private static final int BITS = 128;

  private final byte[] message;

  /**
   * @param network what there is to tell; it has a side of IPv6
   * @param names how names are looked up
   */
  public RouterAdvertisement(GuestNetwork network, ResolvConf names) {
    GuestNetwork.Side side = network.v6().orElseThrow();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int lifetime = side.gateway().isPresent() ? LIFETIME_SECONDS : 0;
    out.writeBytes(
        ByteBuffer.allocate(2 * UNIT)
            .put((byte) ADVERTISEMENT)
            .put((byte) 0)
            // The checksum, which the kernel computes.
            .putShort((short) 0)
            .put((byte) HOPS)
            .put((byte) MANAGED)
            .putShort((short) lifetime)
            .array());
    if (network.mtu() >= MTU_MIN) {
      out.writeBytes(option(5, UNIT).putInt(4, network.mtu()).array());
    }
    if (side.guest().prefix() < BITS) {
      out.writeBytes(prefix(side.guest()));
    }
    servers(out, names.servers());
    search(out, DhcpOptions.search(names.search()));
    this.message = out.toByteArray();
  }

  private static byte[] prefix(Subnet subnet) {
    return option(3, 4 * UNIT)
        .put((byte) subnet.prefix())
        .put((byte) ON_LINK)
        .putInt(FOR_EVER)
        .putInt(FOR_EVER)
        .putInt(0)
        .put(subnet.host(0).getAddress())
        .array();
  }

  private static void servers(ByteArrayOutputStream out, List<InetAddress> servers) {
    ByteArrayOutputStream known = new ByteArrayOutputStream();
    servers.stream()
        .filter(Inet6Address.class::isInstance)
        .forEach(server -> known.writeBytes(server.getAddress()));
    if (known.size() > 0) {
      out.writeBytes(
          option(25, UNIT + known.size())
              .putShort((short) 0)
              .putInt(LIFETIME_SECONDS)
              .put(known.toByteArray())
              .array());
    }
  }

  private static void search(ByteArrayOutputStream out, byte[] search) {
    if (search.length > 0) {
      out.writeBytes(
          option(31, UNIT + Math.ceilDiv(search.length, UNIT) * UNIT)
              .putShort((short) 0)
              .putInt(LIFETIME_SECONDS)
              .put(search)
              .array());
    }
  }

  /** An option with its head written. */
  private static ByteBuffer option(int type, int length) {
    return ByteBuffer.allocate(length).put((byte) type).put((byte) (length / UNIT));
  }

  /** The ICMPv6 message, whose checksum and outer header are the kernel's. */
  public byte[] message() {
    return message.clone();
  }

  /**
   * Whether a guest asks for it. That it comes from the link (hop limit 255) needs no look: the
   * socket hears the guest's link only, to which nothing is forwarded that is for this pod.
   *
   * @param source who sent it; the unspecified address if it has none yet
   */
  public static boolean isAsked(byte[] message, InetAddress source) {
    if (message.length < SOLICITATION_BYTES
        || message[0] != (byte) SOLICITATION
        || message[1] != 0
        || !(source.isLinkLocalAddress() || source.isAnyLocalAddress())) {
      return false;
    }
    for (int at = SOLICITATION_BYTES; at < message.length; ) {
      int length = at + 1 < message.length ? (message[at + 1] & 0xff) * UNIT : 0;
      boolean names = message[at] == SOURCE_OPTION;
      if (length == 0 || at + length > message.length || (names && source.isAnyLocalAddress())) {
        return false;
      }
      at += length;
    }
    return true;
  }
}
