package io.vireo.network;

import io.vireo.network.SystemCalls.Call;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's settings, which a container sees read-only. */
public final class Sysctls {

  private static final Path SYS = Path.of("/proc/sys");
  private static final Path PROBE = SYS.resolve("net/ipv4/ip_forward");
  private static final int MS_NOSUID = 2;
  private static final int MS_NODEV = 4;
  private static final int MS_NOEXEC = 8;
  private static final int MS_REMOUNT = 32;
  private static final int MS_BIND = 4096;

  private Sysctls() {}

  /**
   * Makes them writable in this process's mount namespace, which no other container shares.
   *
   * @throws IOException if the container may not
   */
  public static void makeWritable() throws IOException {
    if (Files.isWritable(PROBE)) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      SystemCalls.call(
          Call.MOUNT,
          0,
          arena.allocateFrom(SYS.toString()).address(),
          0,
          MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC,
          0);
    } catch (SystemCallException e) {
      throw new IOException(
          "Expected to make /proc/sys writable; the container needs CAP_SYS_ADMIN and no AppArmor"
              + " profile that forbids to mount: "
              + e.getMessage(),
          e);
    }
  }
}
