package io.vireo.launcher.core;

import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Answers a guest that asks for its IPv4 address. One guest, one address, for ever: nothing is
 * leased, so nothing is remembered. Questions are whatever a hostile guest likes to send.
 */
public final class Dhcp {

  static final int DISCOVER = 1;
  static final int OFFER = 2;
  static final int REQUEST = 3;
  static final int ACK = 5;
  static final int NAK = 6;
  static final int INFORM = 8;

  static final int COOKIE = 0x63825363;
  private static final int HEADER = 236;
  private static final int BOOTREQUEST = 1;
  private static final int ETHERNET = 1;
  private static final int HARDWARE_BYTES = 16;
  private static final int NAMES_BYTES = 192;
  private static final int OPTION_PAD = 0;
  private static final int OPTION_REQUESTED = 50;
  private static final int OPTION_TYPE = 53;
  private static final int OPTION_SERVER = 54;
  private static final int OPTION_SIZE = 57;
  private static final int OPTION_CLIENT = 61;
  private static final int OPTION_END = 255;
  private static final int SIZE_MIN = 576;
  private static final int SIZE_MAX = 1400;

  /** IP and UDP, which a client's word on the size counts. */
  private static final int OUTER_HEADERS = 28;

  private final GuestNetwork network;
  private final GuestNetwork.Side side;
  private final DhcpOptions options;

  /**
   * @param network what there is to tell; it has a side of IPv4
   * @param hostname of the guest
   * @param names how names are looked up
   */
  public Dhcp(GuestNetwork network, String hostname, ResolvConf names) {
    this.network = network;
    this.side = network.v4().orElseThrow();
    this.options = new DhcpOptions(network, side, hostname, names);
  }

  /** A question. */
  @SuppressWarnings("ArrayRecordComponent") // Made and used up at once, and never compared.
  record Question(
      int type,
      int transaction,
      short seconds,
      short flags,
      byte[] client,
      byte[] hardware,
      Optional<InetAddress> requested,
      Optional<InetAddress> server,
      byte[] clientId,
      int sizeMax) {}

  /** The answer, to be sent to all; empty to what is no question of this guest. */
  public Optional<byte[]> answer(byte[] datagram) {
    return parse(datagram).flatMap(this::answer);
  }

  /** Reads a datagram; whatever it holds, the answer is a question or nothing. */
  static Optional<Question> parse(byte[] datagram) {
    try {
      ByteBuffer in = ByteBuffer.wrap(datagram);
      byte operation = in.get();
      byte hardwareType = in.get();
      byte hardwareLength = in.get();
      in.get();
      int transaction = in.getInt();
      short seconds = in.getShort();
      short flags = in.getShort();
      byte[] client = bytes(in, 4);
      in.position(in.position() + 12);
      byte[] hardware = bytes(in, HARDWARE_BYTES);
      in.position(in.position() + NAMES_BYTES);
      if (operation != BOOTREQUEST
          || hardwareType != ETHERNET
          || hardwareLength != 6
          || in.getInt() != COOKIE) {
        return Optional.empty();
      }
      return options(
          in,
          new Question(
              0,
              transaction,
              seconds,
              flags,
              client,
              Arrays.copyOf(hardware, 6),
              Optional.empty(),
              Optional.empty(),
              new byte[0],
              SIZE_MIN));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Question> options(ByteBuffer in, Question start) {
    int type = 0;
    Optional<InetAddress> requested = Optional.empty();
    Optional<InetAddress> server = Optional.empty();
    byte[] clientId = new byte[0];
    int size = SIZE_MIN;
    while (in.hasRemaining()) {
      int code = in.get() & 0xff;
      if (code == OPTION_END) {
        break;
      }
      if (code == OPTION_PAD) {
        continue;
      }
      byte[] value = bytes(in, in.get() & 0xff);
      switch (code) {
        case OPTION_TYPE -> type = value.length == 1 ? value[0] : 0;
        case OPTION_REQUESTED -> requested = address(value);
        case OPTION_SERVER -> server = address(value);
        case OPTION_CLIENT -> clientId = value;
        case OPTION_SIZE ->
            size = value.length == 2 ? ByteBuffer.wrap(value).getShort() & 0xffff : size;
        default -> {}
      }
    }
    if (type == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Question(
            type,
            start.transaction(),
            start.seconds(),
            start.flags(),
            start.client(),
            start.hardware(),
            requested,
            server,
            clientId,
            Math.clamp(size, SIZE_MIN, SIZE_MAX)));
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static Optional<InetAddress> address(byte[] value) {
    return value.length == 4 ? Optional.of(inet(value)) : Optional.empty();
  }

  private static InetAddress inet(byte[] value) {
    try {
      return InetAddress.getByAddress(value);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException("Four bytes are an address", e);
    }
  }

  private Optional<byte[]> answer(Question question) {
    boolean guests = MacAddress.of(question.hardware()).equals(network.mac());
    boolean ours = question.server().map(side.server()::equals).orElse(true);
    if (!guests || !ours) {
      return Optional.empty();
    }
    return switch (question.type()) {
      case DISCOVER -> Optional.of(answer(question, OFFER));
      case REQUEST -> Optional.of(answer(question, wants(question) ? ACK : NAK));
      case INFORM -> Optional.of(answer(question, ACK));
      default -> Optional.empty();
    };
  }

  /** Whether the address that a client asks for, or has, is the guest's. */
  private boolean wants(Question question) {
    InetAddress client = inet(question.client());
    InetAddress wanted = question.requested().orElse(client);
    return wanted.equals(side.guest().address());
  }

  private byte[] answer(Question question, int type) {
    ByteBuffer out = ByteBuffer.allocate(question.sizeMax() - OUTER_HEADERS);
    boolean known = question.type() == INFORM;
    InetAddress client = inet(question.client());
    boolean has = !client.isAnyLocalAddress() && client instanceof Inet4Address && type == ACK;
    out.put((byte) 2).put((byte) ETHERNET).put((byte) 6).put((byte) 0);
    out.putInt(question.transaction());
    out.putShort((short) 0).putShort(question.flags());
    out.put(has ? question.client() : new byte[4]);
    out.put(type == NAK || known ? new byte[4] : side.guest().address().getAddress());
    out.put(new byte[8]);
    out.put(Arrays.copyOf(question.hardware(), HARDWARE_BYTES));
    out.position(HEADER);
    out.putInt(COOKIE);
    out.put((byte) OPTION_TYPE).put((byte) 1).put((byte) type);
    out.put((byte) OPTION_SERVER).put((byte) 4).put(side.server().getAddress());
    if (question.clientId().length > 0) {
      out.put((byte) OPTION_CLIENT).put((byte) question.clientId().length);
      out.put(question.clientId());
    }
    if (type != NAK) {
      options.write(out, !known);
    }
    out.put((byte) OPTION_END);
    return Arrays.copyOf(out.array(), out.position());
  }
}
