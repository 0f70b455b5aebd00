package io.vireo.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Addresses in the kernel's form. */
public final class SocketAddresses {

  /** The family of IPv4. */
  public static final int AF_INET = 2;

  /** The family of IPv6. */
  public static final int AF_INET6 = 10;

  private static final int IN_BYTES = 16;
  private static final int IN6_BYTES = 28;

  private SocketAddresses() {}

  /** An address with a port; an IPv6 address has no scope. */
  public static byte[] of(InetAddress address, int port) {
    return address instanceof Inet4Address
        ? start(IN_BYTES, AF_INET, port).put(address.getAddress()).array()
        : start(IN6_BYTES, AF_INET6, port).putInt(0).put(address.getAddress()).array();
  }

  private static ByteBuffer start(int bytes, int family, int port) {
    return ByteBuffer.allocate(bytes)
        .order(ByteOrder.nativeOrder())
        .putShort((short) family)
        .order(ByteOrder.BIG_ENDIAN)
        .putShort((short) port);
  }
}
