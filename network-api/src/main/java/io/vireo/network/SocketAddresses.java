package io.vireo.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Addresses in the kernel's form. */
public final class SocketAddresses {

  /** The family of IPv4. */
  public static final int AF_INET = 2;

  /** The family of IPv6. */
  public static final int AF_INET6 = 10;

  private static final int IN_BYTES = 16;
  private static final int IN6_BYTES = 28;
  private static final int IN6_ADDRESS = 8;
  private static final int IN6_ADDRESS_END = 24;

  private SocketAddresses() {}

  /** An address with a port; an IPv6 address has no scope. */
  public static byte[] of(InetAddress address, int port) {
    return address instanceof Inet4Address
        ? start(IN_BYTES, AF_INET, port).put(address.getAddress()).array()
        : start(IN6_BYTES, AF_INET6, port).putInt(0).put(address.getAddress()).array();
  }

  /**
   * The IPv6 address in one that the kernel gave, without its scope.
   *
   * @throws IllegalArgumentException if it is of another family
   */
  public static Inet6Address in6(byte[] socketAddress) {
    ByteBuffer in = ByteBuffer.wrap(socketAddress).order(ByteOrder.nativeOrder());
    if (socketAddress.length < IN6_BYTES || in.getShort() != AF_INET6) {
      throw new IllegalArgumentException("Expected an IPv6 address of the kernel");
    }
    try {
      // What maps an IPv4 address stays one of IPv6 only this way.
      return Inet6Address.getByAddress(
          null, Arrays.copyOfRange(socketAddress, IN6_ADDRESS, IN6_ADDRESS_END), -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("Sixteen bytes are an address", e);
    }
  }

  /** The same with another port, and still with its scope. */
  public static byte[] withPort(byte[] socketAddress, int port) {
    byte[] changed = socketAddress.clone();
    ByteBuffer.wrap(changed).putShort(Short.BYTES, (short) port);
    return changed;
  }

  private static ByteBuffer start(int bytes, int family, int port) {
    return ByteBuffer.allocate(bytes)
        .order(ByteOrder.nativeOrder())
        .putShort((short) family)
        .order(ByteOrder.BIG_ENDIAN)
        .putShort((short) port);
  }
}
