package io.vireo.network;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Linux' system calls by number, through the C library's one function for that: one method handle
 * to link instead of one for each call, which a short-lived or small process notices.
 */
@SuppressWarnings("restricted") // Every process that uses it is started with native access.
final class SystemCalls {

  /** A call has at most this many arguments. */
  private static final int ARGUMENTS = 6;

  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));

  /** Calls with their numbers on x86-64 and on arm64. */
  enum Call {
    CLOSE(3, 57),
    IOCTL(16, 29),
    SOCKET(41, 198),
    CONNECT(42, 203),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    SENDMSG(46, 211),
    RECVMSG(47, 212),
    SHUTDOWN(48, 210),
    MOUNT(165, 40),
    BIND(49, 200),
    LISTEN(50, 201),
    SETSOCKOPT(54, 208),
    GETSOCKOPT(55, 209),
    OPENAT(257, 56),
    ACCEPT4(288, 242),
    SETNS(308, 268);

    private final long number;

    Call(int amd64, int arm64) {
      this.number = ARM ? arm64 : amd64;
    }
  }

  private SystemCalls() {}

  /**
   * Calls, again when a signal came between.
   *
   * @param arguments numbers and addresses
   * @throws SystemCallException if the kernel refuses
   */
  static long call(Call call, long... arguments) throws IOException {
    long[] all = new long[ARGUMENTS];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      while (true) {
        long result =
            (long)
                SYSCALL.invokeExact(
                    state, call.number, all[0], all[1], all[2], all[3], all[4], all[5]);
        if (result != -1) {
          return result;
        }
        int errno = (int) ERRNO.get(state, 0L);
        if (errno != SystemCallException.EINTR) {
          throw new SystemCallException(call.name().toLowerCase(java.util.Locale.ROOT), errno);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("A system call throws nothing of its own", e);
    }
  }
}
