package io.vireo.launcher.core;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client asks by DHCPv6.
 *
 * @param client by what name it wants to be known
 * @param server whom it asks; empty if everybody
 * @param associations what it wants addresses or prefixes for, in its order
 * @param rapid whether it wants the address without asking twice
 */
@SuppressWarnings("ArrayRecordComponent") // Made and used up at once, and never compared.
record Dhcp6Question(
    int type,
    byte[] transaction,
    Optional<byte[]> client,
    Optional<byte[]> server,
    List<Association> associations,
    boolean rapid) {

  static final int CLIENT = 1;
  static final int SERVER = 2;
  static final int ADDRESSES = 3;
  static final int ADDRESS = 5;
  static final int RAPID = 14;
  static final int PREFIXES = 25;

  private static final int ASSOCIATIONS_MAX = 8;
  private static final int ADDRESSES_MAX = 8;

  /** A name is a type of two bytes and at most this much. */
  private static final int NAME_MAX = 130;

  private static final int NAME_MIN = 3;

  /**
   * What addresses are wanted for, of which a client may have several.
   *
   * @param kind {@link #ADDRESSES} or {@link #PREFIXES}
   * @param id the client's number of it
   * @param addresses that the client has or would like
   */
  record Association(int kind, int id, List<Inet6Address> addresses) {}

  /** Reads a datagram; whatever it holds, the answer is a question or nothing. */
  static Optional<Dhcp6Question> parse(byte[] datagram) {
    try {
      ByteBuffer in = ByteBuffer.wrap(datagram);
      int type = in.get() & 0xff;
      byte[] transaction = bytes(take(in, 3));
      Optional<byte[]> client = Optional.empty();
      Optional<byte[]> server = Optional.empty();
      List<Association> associations = new ArrayList<>();
      boolean rapid = false;
      while (in.hasRemaining()) {
        int code = in.getShort() & 0xffff;
        ByteBuffer value = take(in, in.getShort() & 0xffff);
        switch (code) {
          case CLIENT -> client = Optional.of(name(value));
          case SERVER -> server = Optional.of(name(value));
          case ADDRESSES, PREFIXES -> associations.add(association(code, value));
          case RAPID -> rapid = true;
          default -> {}
        }
        check(associations.size() <= ASSOCIATIONS_MAX);
      }
      return Optional.of(
          new Dhcp6Question(type, transaction, client, server, List.copyOf(associations), rapid));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** An identity association, whose options follow its number and two times. */
  private static Association association(int kind, ByteBuffer in) {
    int id = in.getInt();
    take(in, 2 * Integer.BYTES);
    List<Inet6Address> addresses = new ArrayList<>();
    while (in.hasRemaining()) {
      int code = in.getShort() & 0xffff;
      ByteBuffer value = take(in, in.getShort() & 0xffff);
      if (kind == ADDRESSES && code == ADDRESS) {
        addresses.add(inet(bytes(take(value, 16))));
        check(addresses.size() <= ADDRESSES_MAX);
      }
    }
    return new Association(kind, id, List.copyOf(addresses));
  }

  private static byte[] name(ByteBuffer value) {
    check(value.remaining() >= NAME_MIN && value.remaining() <= NAME_MAX);
    return bytes(value);
  }

  /** The next bytes, not copied: a length is only a guest's word. */
  private static ByteBuffer take(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer taken = in.slice(in.position(), length);
    in.position(in.position() + length);
    return taken;
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  private static Inet6Address inet(byte[] bytes) {
    try {
      // What maps an IPv4 address stays one of IPv6 only this way.
      return Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("Sixteen bytes are an address", e);
    }
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("Expected a question within its bounds");
    }
  }
}
