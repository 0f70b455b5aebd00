package io.vireo.network;

import io.vireo.network.SystemCalls.Call;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A local socket whose messages have bounds and may carry descriptors. What is longer than {@link
 * #BYTES_MAX}, or carries more than {@link #DESCRIPTORS_MAX} descriptors, is refused.
 */
public final class DescriptorSocket implements AutoCloseable {

  /** Longest message. */
  public static final int BYTES_MAX = 8192;

  /** Descriptors that a message may carry. */
  public static final int DESCRIPTORS_MAX = 4;

  /** Who may reach a socket that waits is decided by its folder. */
  private static final int BACKLOG = 8;

  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int UCRED_BYTES = 12;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int MSG_CTRUNC = 8;
  private static final int MSG_TRUNC = 0x20;
  private static final int PATH_MAX = 107;

  // struct msghdr and struct cmsghdr, the same on every Linux of 64 bits.
  private static final int HEADER_BYTES = 56;
  private static final int HEADER_VECTOR = 16;
  private static final int HEADER_VECTORS = 24;
  private static final int HEADER_CONTROL = 32;
  private static final int HEADER_CONTROL_BYTES = 40;
  private static final int HEADER_FLAGS = 48;
  private static final int CONTROL_LEVEL = 8;
  private static final int CONTROL_TYPE = 12;
  private static final int CONTROL_DATA = 16;

  private final Descriptor socket;

  private DescriptorSocket(Descriptor socket) {
    this.socket = socket;
  }

  /** A message, with descriptors that its receiver owns. */
  @SuppressWarnings("ArrayRecordComponent") // Made and used up at once, and never compared.
  public record Received(byte[] bytes, List<Descriptor> descriptors) implements AutoCloseable {

    public Received {
      descriptors = List.copyOf(descriptors);
    }

    /** Gives up the descriptors. */
    @Override
    public void close() {
      descriptors.forEach(Descriptor::close);
    }
  }

  /** Waits for connections at a path that is free. */
  public static DescriptorSocket listen(Path path) throws IOException {
    Descriptor socket = Descriptor.socket(AF_UNIX, SOCK_SEQPACKET, 0);
    try {
      socket.bind(address(path));
      SystemCalls.call(Call.LISTEN, socket.number(), BACKLOG);
      return new DescriptorSocket(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Connects.
   *
   * @param timeoutMs of connecting and of each message
   */
  public static DescriptorSocket connect(Path path, long timeoutMs) throws IOException {
    Descriptor socket = Descriptor.socket(AF_UNIX, SOCK_SEQPACKET, 0);
    try (Arena arena = Arena.ofConfined()) {
      byte[] address = address(path);
      socket.timeout(timeoutMs);
      SystemCalls.call(
          Call.CONNECT,
          socket.number(),
          Descriptor.bytes(arena, address).address(),
          address.length);
      return new DescriptorSocket(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static byte[] address(Path path) throws IOException {
    byte[] text = path.toString().getBytes(StandardCharsets.UTF_8);
    if (text.length > PATH_MAX) {
      throw new IOException(
          "Expected the socket's path to have at most " + PATH_MAX + " bytes, but it is " + path);
    }
    byte[] address = new byte[2 + text.length + 1];
    address[0] = AF_UNIX;
    System.arraycopy(text, 0, address, 2, text.length);
    return address;
  }

  /** What waiting may take from now on. */
  public void timeout(long ms) throws IOException {
    socket.timeout(ms);
  }

  /** The next connection; its messages have no time limit yet. */
  public DescriptorSocket accept() throws IOException {
    return new DescriptorSocket(
        new Descriptor(SystemCalls.call(Call.ACCEPT4, socket.number(), 0, 0, SOCK_CLOEXEC)));
  }

  /** The user at the other end, by the word of the kernel. */
  public int peerUser() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment credentials = arena.allocate(UCRED_BYTES, Integer.BYTES);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, UCRED_BYTES);
      SystemCalls.call(
          Call.GETSOCKOPT,
          socket.number(),
          SOL_SOCKET,
          SO_PEERCRED,
          credentials.address(),
          length.address());
      return credentials.get(ValueLayout.JAVA_INT, Integer.BYTES);
    }
  }

  /** Sends a message; the descriptors stay the sender's. */
  public void send(byte[] bytes, List<Descriptor> descriptors) throws IOException {
    if (bytes.length > BYTES_MAX || descriptors.size() > DESCRIPTORS_MAX) {
      throw new IOException(
          "Expected a message of at most %d bytes and %d descriptors, but it has %d and %d"
              .formatted(BYTES_MAX, DESCRIPTORS_MAX, bytes.length, descriptors.size()));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = header(arena, Descriptor.bytes(arena, bytes), bytes.length);
      if (!descriptors.isEmpty()) {
        MemorySegment control = control(arena, header, descriptors.size());
        control.set(
            ValueLayout.JAVA_LONG, 0, CONTROL_DATA + (long) Integer.BYTES * descriptors.size());
        control.set(ValueLayout.JAVA_INT, CONTROL_LEVEL, SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, CONTROL_TYPE, SCM_RIGHTS);
        for (int i = 0; i < descriptors.size(); i++) {
          control.set(
              ValueLayout.JAVA_INT,
              CONTROL_DATA + (long) Integer.BYTES * i,
              descriptors.get(i).number());
        }
      }
      SystemCalls.call(Call.SENDMSG, socket.number(), header.address(), MSG_NOSIGNAL);
    }
  }

  /**
   * The next message.
   *
   * @throws IOException also when the other end is closed, or sends more than is allowed
   */
  public Received receive() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment content = arena.allocate(BYTES_MAX, Long.BYTES);
      MemorySegment header = header(arena, content, BYTES_MAX);
      MemorySegment control = control(arena, header, DESCRIPTORS_MAX);
      int length =
          Math.toIntExact(
              SystemCalls.call(Call.RECVMSG, socket.number(), header.address(), MSG_CMSG_CLOEXEC));
      List<Descriptor> descriptors = descriptors(header, control);
      int flags = header.get(ValueLayout.JAVA_INT, HEADER_FLAGS);
      if (length == 0 || (flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        descriptors.forEach(Descriptor::close);
        throw new IOException(
            length == 0
                ? "The other end closed the connection"
                : "Expected a message of at most %d bytes and %d descriptors"
                    .formatted(BYTES_MAX, DESCRIPTORS_MAX));
      }
      byte[] bytes = new byte[BYTES_MAX];
      MemorySegment.copy(content, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
      return new Received(Arrays.copyOf(bytes, length), descriptors);
    }
  }

  private static MemorySegment header(Arena arena, MemorySegment content, int length) {
    MemorySegment vector = arena.allocate(2L * Long.BYTES, Long.BYTES);
    vector.set(ValueLayout.JAVA_LONG, 0, content.address());
    vector.set(ValueLayout.JAVA_LONG, Long.BYTES, length);
    MemorySegment header = arena.allocate(HEADER_BYTES, Long.BYTES);
    header.set(ValueLayout.JAVA_LONG, HEADER_VECTOR, vector.address());
    header.set(ValueLayout.JAVA_LONG, HEADER_VECTORS, 1);
    return header;
  }

  private static MemorySegment control(Arena arena, MemorySegment header, int descriptors) {
    long bytes = CONTROL_DATA + Math.ceilDiv((long) Integer.BYTES * descriptors, 8L) * 8;
    MemorySegment control = arena.allocate(bytes, Long.BYTES);
    header.set(ValueLayout.JAVA_LONG, HEADER_CONTROL, control.address());
    header.set(ValueLayout.JAVA_LONG, HEADER_CONTROL_BYTES, bytes);
    return control;
  }

  private static List<Descriptor> descriptors(MemorySegment header, MemorySegment control) {
    List<Descriptor> descriptors = new ArrayList<>();
    long filled = header.get(ValueLayout.JAVA_LONG, HEADER_CONTROL_BYTES);
    if (filled >= CONTROL_DATA
        && control.get(ValueLayout.JAVA_INT, CONTROL_LEVEL) == SOL_SOCKET
        && control.get(ValueLayout.JAVA_INT, CONTROL_TYPE) == SCM_RIGHTS) {
      long end = control.get(ValueLayout.JAVA_LONG, 0);
      for (long at = CONTROL_DATA; at + Integer.BYTES <= end; at += Integer.BYTES) {
        descriptors.add(new Descriptor(control.get(ValueLayout.JAVA_INT, at)));
      }
    }
    return descriptors;
  }

  @Override
  public void close() {
    socket.close();
  }
}
