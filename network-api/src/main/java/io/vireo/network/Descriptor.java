package io.vireo.network;

import io.vireo.network.SystemCalls.Call;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor, owned by whoever holds this object. */
public final class Descriptor implements AutoCloseable {

  private static final int AT_FDCWD = -100;
  private static final int O_RDWR = 2;
  private static final int O_EXCL = 0x80;
  private static final int O_CLOEXEC = 0x80000;
  private static final int SHUT_RDWR = 2;
  private static final int OPTION_BYTES = 4;
  private static final int TIMEVAL_BYTES = 16;
  private static final long MICROS = 1000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;

  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over a descriptor. */
  Descriptor(long number) {
    this.number = Math.toIntExact(number);
  }

  /** Opens a file for reading. */
  public static Descriptor openForReading(Path file) throws IOException {
    return open(file, O_CLOEXEC);
  }

  /** Opens a device for reading and writing. */
  public static Descriptor openDevice(Path file) throws IOException {
    return open(file, O_RDWR | O_CLOEXEC);
  }

  /**
   * Claims a block device until this is closed. The kernel gives the claim on a device to one
   * process at a time, by whatever device node it asks, and mounts nothing that is claimed. It does
   * not keep anybody from opening the device without a claim.
   *
   * @return empty if somebody else has the claim, as who has mounted the device does
   */
  public static Optional<Descriptor> claimBlockDevice(Path device) throws IOException {
    try {
      return Optional.of(open(device, O_EXCL | O_CLOEXEC));
    } catch (IOException e) {
      if (e.getCause() instanceof SystemCallException refused && refused.isBusy()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Descriptor open(Path file, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return new Descriptor(
          SystemCalls.call(
              Call.OPENAT, AT_FDCWD, arena.allocateFrom(file.toString()).address(), flags, 0));
    } catch (SystemCallException e) {
      throw new IOException("Expected to open " + file + "; " + e.getMessage(), e);
    }
  }

  /** A socket of the namespace that the calling thread is in. */
  public static Descriptor socket(int family, int type, int protocol) throws IOException {
    return new Descriptor(SystemCalls.call(Call.SOCKET, family, type | O_CLOEXEC, protocol));
  }

  /** Its number in this process. */
  public int number() {
    return number;
  }

  /** Calls ioctl with bytes that the kernel may change. */
  public void ioctl(long request, byte[] argument) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = bytes(arena, argument);
      SystemCalls.call(Call.IOCTL, number, request, memory.address());
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, argument, 0, argument.length);
    }
  }

  /** Calls ioctl with a number. */
  public long ioctl(long request, long argument) throws IOException {
    return SystemCalls.call(Call.IOCTL, number, request, argument);
  }

  /** Sets an option of a socket to a number. */
  public void option(int level, int name, int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_INT, value);
      SystemCalls.call(Call.SETSOCKOPT, number, level, name, memory.address(), OPTION_BYTES);
    }
  }

  /** Sets an option of a socket to bytes. */
  public void option(int level, int name, byte[] value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SystemCalls.call(
          Call.SETSOCKOPT, number, level, name, bytes(arena, value).address(), value.length);
    }
  }

  /** What sending and receiving may take from now on. */
  public void timeout(long ms) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMEVAL_BYTES, Long.BYTES);
      time.set(ValueLayout.JAVA_LONG, 0, ms / MICROS);
      time.set(ValueLayout.JAVA_LONG, Long.BYTES, ms % MICROS * MICROS);
      for (int name : new int[] {SO_RCVTIMEO, SO_SNDTIMEO}) {
        SystemCalls.call(Call.SETSOCKOPT, number, SOL_SOCKET, name, time.address(), TIMEVAL_BYTES);
      }
    }
  }

  /** Binds a socket to an address in the kernel's form. */
  public void bind(byte[] address) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SystemCalls.call(Call.BIND, number, bytes(arena, address).address(), address.length);
    }
  }

  /** Puts the calling thread, which has to be a platform thread, into this namespace. */
  public void enter(int kind) throws IOException {
    SystemCalls.call(Call.SETNS, number, kind);
  }

  /** Whoever waits on this socket returns. */
  public void interrupt() {
    try {
      SystemCalls.call(Call.SHUTDOWN, number, SHUT_RDWR);
    } catch (IOException e) {
      // A socket without a peer says so, and wakes its reader all the same.
    }
  }

  static MemorySegment bytes(Arena arena, byte[] value) {
    MemorySegment memory = arena.allocate(Math.max(1, value.length), Long.BYTES);
    MemorySegment.copy(value, 0, memory, ValueLayout.JAVA_BYTE, 0, value.length);
    return memory;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        SystemCalls.call(Call.CLOSE, number);
      } catch (IOException e) {
        // It is gone in any case.
      }
    }
  }
}
