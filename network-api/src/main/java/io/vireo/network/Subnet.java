package io.vireo.network;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * An address with the length of its network's prefix.
 *
 * @param address of a host, or the first of the network
 */
public record Subnet(InetAddress address, int prefix) {

  private static final int BITS = 8;

  /** Checks the length. */
  public Subnet {
    int bits = address.getAddress().length * BITS;
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException(
          "Expected a prefix from 0 to " + bits + ", but it is " + prefix);
    }
  }

  /**
   * Reads {@code address/prefix}; nothing is looked up.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Subnet parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || !text.substring(slash + 1).matches("[0-9]{1,3}") || text.contains("%")) {
      throw new IllegalArgumentException(
          "Expected an address with a prefix like 10.0.2.0/24, but it is '" + text + "'");
    }
    try {
      return new Subnet(
          InetAddress.ofLiteral(text.substring(0, slash)),
          Integer.parseInt(text.substring(slash + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Expected an address with a prefix, but it is '" + text + "': " + e.getMessage(), e);
    }
  }

  /** The network's host of this number. */
  public InetAddress host(int number) {
    byte[] first = first();
    byte[] sum = new BigInteger(1, first).add(BigInteger.valueOf(number)).toByteArray();
    byte[] host = new byte[first.length];
    for (int i = 0; i < host.length && i < sum.length; i++) {
      host[host.length - 1 - i] = sum[sum.length - 1 - i];
    }
    return of(host);
  }

  /** The network's mask, as an address. */
  public InetAddress mask() {
    byte[] mask = new byte[address.getAddress().length];
    for (int bit = 0; bit < prefix; bit++) {
      mask[bit / BITS] |= (byte) (0x80 >>> bit % BITS);
    }
    return of(mask);
  }

  /** Whether an address is of this network. */
  public boolean contains(InetAddress other) {
    return other.getAddress().length == address.getAddress().length
        && Arrays.equals(first(), new Subnet(other, prefix).first());
  }

  private byte[] first() {
    byte[] bytes = address.getAddress();
    byte[] mask = mask().getAddress();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= mask[i];
    }
    return bytes;
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("Four or sixteen bytes are an address", e);
    }
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}
