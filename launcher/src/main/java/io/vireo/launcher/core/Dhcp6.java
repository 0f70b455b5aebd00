package io.vireo.launcher.core;

import io.vireo.launcher.core.Dhcp6Question.Association;
import io.vireo.network.GuestNetwork;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Answers a guest that asks for its IPv6 address (RFC 8415). One guest, one address, for ever, as
 * with {@link Dhcp}: nothing is leased, so nothing is remembered. The first association that a
 * client names gets the address, every other one and every one for prefixes gets none.
 */
public final class Dhcp6 {

  static final int SOLICIT = 1;
  static final int ADVERTISE = 2;
  static final int REQUEST = 3;
  static final int CONFIRM = 4;
  static final int RENEW = 5;
  static final int REBIND = 6;
  static final int REPLY = 7;
  static final int RELEASE = 8;
  static final int DECLINE = 9;
  static final int INFORMATION = 11;

  private static final int STATUS = 13;
  private static final int DNS_SERVERS = 23;
  private static final int DNS_SEARCH = 24;
  private static final int SUCCESS = 0;
  private static final int NO_ADDRESSES = 2;
  private static final int NOT_ON_LINK = 4;
  private static final int NO_PREFIXES = 6;
  private static final int FOR_EVER = -1;
  private static final int NEVER = 0;

  /**
   * The server's name: of the type link-layer, with the reserved MAC. The same in each launcher, so
   * that a guest which has moved finds the server that it knows.
   */
  static final byte[] SERVER_NAME = {0, 3, 0, 1, 2, 0, 0, 0, 0, 0};

  private final InetAddress address;
  private final byte[] names;

  /**
   * @param network what there is to tell; it has a side of IPv6
   * @param names how names are looked up
   */
  public Dhcp6(GuestNetwork network, ResolvConf names) {
    this.address = network.v6().orElseThrow().guest().address();
    this.names = names(names);
  }

  private static byte[] names(ResolvConf names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream servers = new ByteArrayOutputStream();
    names.servers().stream()
        .filter(Inet6Address.class::isInstance)
        .forEach(server -> servers.writeBytes(server.getAddress()));
    if (servers.size() > 0) {
      option(out, DNS_SERVERS, servers.toByteArray());
    }
    byte[] search = DhcpOptions.search(names.search());
    if (search.length > 0) {
      option(out, DNS_SEARCH, search);
    }
    return out.toByteArray();
  }

  /** The answer, to be sent to who asked; empty to what is no question to this server. */
  public Optional<byte[]> answer(byte[] datagram) {
    return Dhcp6Question.parse(datagram).filter(Dhcp6::isToUs).flatMap(this::answer);
  }

  /** Which question has to name its client, and which one a server, is the protocol's rule. */
  private static boolean isToUs(Dhcp6Question question) {
    boolean named = question.client().isPresent();
    boolean everybody = question.server().isEmpty();
    boolean us = question.server().filter(name -> Arrays.equals(name, SERVER_NAME)).isPresent();
    return switch (question.type()) {
      case SOLICIT, CONFIRM, REBIND -> named && everybody;
      case REQUEST, RENEW, RELEASE, DECLINE -> named && us;
      case INFORMATION -> (everybody || us) && question.associations().isEmpty();
      default -> false;
    };
  }

  private Optional<byte[]> answer(Dhcp6Question question) {
    return switch (question.type()) {
      case SOLICIT -> Optional.of(given(question, question.rapid() ? REPLY : ADVERTISE));
      case REQUEST, RENEW, REBIND -> Optional.of(given(question, REPLY));
      case CONFIRM -> confirmed(question);
      case RELEASE, DECLINE -> Optional.of(status(question, SUCCESS, "Known"));
      default -> Optional.of(start(question, REPLY, names).toByteArray());
    };
  }

  private byte[] given(Dhcp6Question question, int type) {
    ByteArrayOutputStream out = start(question, type, names);
    if (question.type() == SOLICIT && type == REPLY) {
      option(out, Dhcp6Question.RAPID, new byte[0]);
    }
    boolean free = true;
    for (Association association : question.associations()) {
      boolean gets = free && association.kind() == Dhcp6Question.ADDRESSES;
      option(out, association.kind(), gets ? withAddress(association) : without(association));
      free &= !gets;
    }
    return out.toByteArray();
  }

  /** The guest's address, and that any other which the client names is not its own. */
  private byte[] withAddress(Association association) {
    ByteArrayOutputStream out = times(association);
    option(out, Dhcp6Question.ADDRESS, lifetime(address, FOR_EVER));
    association.addresses().stream()
        .filter(other -> !other.equals(address))
        .forEach(other -> option(out, Dhcp6Question.ADDRESS, lifetime(other, NEVER)));
    return out.toByteArray();
  }

  private static byte[] without(Association association) {
    ByteArrayOutputStream out = times(association);
    boolean prefixes = association.kind() == Dhcp6Question.PREFIXES;
    option(
        out,
        STATUS,
        prefixes
            ? status(NO_PREFIXES, "A guest gets no prefix")
            : status(NO_ADDRESSES, "A guest gets one address"));
    return out.toByteArray();
  }

  /** Its number, and when it is to be asked for again. */
  private static ByteArrayOutputStream times(Association association) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(3 * Integer.BYTES)
            .putInt(association.id())
            .putInt(FOR_EVER)
            .putInt(FOR_EVER)
            .array());
    return out;
  }

  /** An address that is preferred and valid for so long. */
  private static byte[] lifetime(InetAddress address, int seconds) {
    byte[] bytes = address.getAddress();
    return ByteBuffer.allocate(bytes.length + 2 * Integer.BYTES)
        .put(bytes)
        .putInt(seconds)
        .putInt(seconds)
        .array();
  }

  /** Whether what the client has is still its own; there is nothing to say to one without. */
  private Optional<byte[]> confirmed(Dhcp6Question question) {
    List<Inet6Address> had =
        question.associations().stream()
            .flatMap(association -> association.addresses().stream())
            .toList();
    if (had.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        had.stream().allMatch(address::equals)
            ? status(question, SUCCESS, "The guest's address")
            : status(question, NOT_ON_LINK, "The guest has another address"));
  }

  private static byte[] status(Dhcp6Question question, int code, String words) {
    ByteArrayOutputStream out = start(question, REPLY, new byte[0]);
    option(out, STATUS, status(code, words));
    return out.toByteArray();
  }

  private static byte[] status(int code, String words) {
    byte[] text = words.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(Short.BYTES + text.length).putShort((short) code).put(text).array();
  }

  private static ByteArrayOutputStream start(Dhcp6Question question, int type, byte[] options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(type);
    out.writeBytes(question.transaction());
    question.client().ifPresent(name -> option(out, Dhcp6Question.CLIENT, name));
    option(out, Dhcp6Question.SERVER, SERVER_NAME);
    out.writeBytes(options);
    return out;
  }

  private static void option(ByteArrayOutputStream out, int code, byte[] value) {
    out.writeBytes(
        ByteBuffer.allocate(2 * Short.BYTES + value.length)
            .putShort((short) code)
            .putShort((short) value.length)
            .put(value)
            .array());
  }
}
