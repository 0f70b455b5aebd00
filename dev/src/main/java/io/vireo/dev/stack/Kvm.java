package io.vireo.dev.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whether guests really run under KVM here. An openable {@code /dev/kvm} says little: within
 * another virtual machine it may be there and be slower than emulation. So a guest of nine bytes is
 * booted, which leaves by QEMU's debug exit at once.
 */
public final class Kvm {

  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final int SECTOR_BYTES = 512;

  /** mov dx,0xf4; mov al,0x10; out dx,al; hlt; jmp back to hlt. */
  private static final byte[] CODE = {
    (byte) 0xba,
    (byte) 0xf4,
    0x00,
    (byte) 0xb0,
    0x10,
    (byte) 0xee,
    (byte) 0xf4,
    (byte) 0xeb,
    (byte) 0xfd
  };

  /** What QEMU's debug exit makes of 0x10. */
  private static final int EXIT_CODE = 0x10 << 1 | 1;

  private static final long SECONDS_MAX = 2;

  private Kvm() {}

  /** Tries it; takes up to two seconds where the device is there. */
  public static boolean works() {
    if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
      return false;
    }
    try {
      Path disk = Files.createTempFile("vireo-kvm-", ".img");
      try {
        byte[] sector = new byte[SECTOR_BYTES];
        System.arraycopy(CODE, 0, sector, 0, CODE.length);
        sector[SECTOR_BYTES - 2] = 0x55;
        sector[SECTOR_BYTES - 1] = (byte) 0xaa;
        Files.write(disk, sector);
        return boots(disk);
      } finally {
        Files.deleteIfExists(disk);
      }
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean boots(Path disk) throws IOException, InterruptedException {
    Process qemu =
        new ProcessBuilder(
                List.of(
                    "qemu-system-x86_64",
                    "-accel",
                    "kvm",
                    "-machine",
                    "pc",
                    "-m",
                    "16",
                    "-display",
                    "none",
                    "-nodefaults",
                    "-no-reboot",
                    "-drive",
                    "file=" + disk + ",format=raw,if=ide,snapshot=on",
                    "-device",
                    "isa-debug-exit,iobase=0xf4,iosize=0x04"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!qemu.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      qemu.destroyForcibly().waitFor();
      return false;
    }
    return qemu.exitValue() == EXIT_CODE;
  }
}
