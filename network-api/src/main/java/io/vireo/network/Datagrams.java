package io.vireo.network;

import io.vireo.network.SystemCalls.Call;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Datagrams over a socket that somebody else has opened and bound. */
public final class Datagrams implements AutoCloseable {

  private static final int MSG_TRUNC = 0x20;
  private static final int ADDRESS_BYTES = 28;

  private final Descriptor socket;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer;
  private final MemorySegment address;
  private final MemorySegment addressLength;

  /**
   * Takes over a socket.
   *
   * @param bytesMax longest datagram; longer ones are dropped
   */
  public Datagrams(Descriptor socket, int bytesMax) {
    this.socket = socket;
    this.buffer = arena.allocate(bytesMax, Long.BYTES);
    this.address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
    this.addressLength = arena.allocate(Integer.BYTES, Integer.BYTES);
  }

  /**
   * A datagram.
   *
   * @param source address in the kernel's form
   */
  @SuppressWarnings("ArrayRecordComponent") // Made and used up at once, and never compared.
  public record Datagram(byte[] bytes, byte[] source) {}

  /** The next one; empty once {@link #interrupt} was called. */
  public Optional<Datagram> receive() throws IOException {
    while (true) {
      addressLength.set(ValueLayout.JAVA_INT, 0, ADDRESS_BYTES);
      long length =
          SystemCalls.call(
              Call.RECVFROM,
              socket.number(),
              buffer.address(),
              buffer.byteSize(),
              MSG_TRUNC,
              address.address(),
              addressLength.address());
      if (length == 0 && addressLength.get(ValueLayout.JAVA_INT, 0) == 0) {
        return Optional.empty();
      }
      if (length <= buffer.byteSize()) {
        int from = Math.min(addressLength.get(ValueLayout.JAVA_INT, 0), ADDRESS_BYTES);
        return Optional.of(
            new Datagram(
                buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE),
                address.asSlice(0, from).toArray(ValueLayout.JAVA_BYTE)));
      }
    }
  }

  /** Sends one. */
  public void send(byte[] bytes, byte[] to) throws IOException {
    try (Arena sending = Arena.ofConfined()) {
      SystemCalls.call(
          Call.SENDTO,
          socket.number(),
          Descriptor.bytes(sending, bytes).address(),
          bytes.length,
          0,
          Descriptor.bytes(sending, to).address(),
          to.length);
    }
  }

  /** Ends {@link #receive}, from any thread. */
  public void interrupt() {
    socket.interrupt();
  }

  /** To be called when nobody receives any more. */
  @Override
  public void close() {
    socket.close();
    arena.close();
  }
}
