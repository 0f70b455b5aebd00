package io.vireo.dev.guest;

import io.vireo.dev.process.FolderRemoval;
import io.vireo.dev.process.ProgramRun;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * Makes a disk that boots by BIOS out of a root file system: GRUB in front of one ext4 partition.
 * Needs neither root nor mounts; owners are what {@code fakeroot} remembers.
 */
final class BootDisk {

  static final int SECTOR = 512;

  /** Where partitions begin on any disk of today; the boot loader has the room before. */
  static final int FIRST_SECTOR = 2048;

  private static final int MIB = 1 << 20;
  private static final int SIZE_MIB = 2048;
  private static final Duration STEP_MAX = Duration.ofMinutes(5);
  private static final String GRUB = "usr/lib/grub/i386-pc/boot.img";
  private static final String GRUB_CORE = "boot/grub/core.img";

  // Any will do, as long as it is the same in each build.
  private static final String FILE_SYSTEM_ID = "9d3c1a52-6b0e-4f1d-8f43-2a7e5c90b6d1";

  private BootDisk() {}

  /**
   * The disk, as qcow2.
   *
   * @param work an empty place for what is made on the way
   * @param rootTar with GRUB's two parts where Debian's packages and {@link DebianGuest} put them
   */
  static Path make(Path work, Path rootTar) throws IOException, InterruptedException {
    Path root = Files.createDirectory(work.resolve("root"));
    Path raw = work.resolve("disk.raw");
    Path disk = work.resolve("disk.qcow2");
    try (FileChannel file =
        FileChannel.open(raw, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), (long) SIZE_MIB * MIB - 1);
    }
    // One fakeroot for both, since it forgets the owners at its end. GRUB knows no newer features.
    ProgramRun.of(
        STEP_MAX,
        List.of(
            "fakeroot",
            "sh",
            "-ec",
            """
            tar --extract --preserve-permissions --numeric-owner --exclude='./dev/*' \
              --file="$1" --directory="$2"
            mke2fs -q -F -t ext4 -O ^metadata_csum_seed,^orphan_file -L root -U "$3" \
              -E offset=%d,hash_seed="$3",lazy_itable_init=0 -d "$2" "$4" %dM
            """
                .formatted(FIRST_SECTOR * SECTOR, SIZE_MIB - FIRST_SECTOR * SECTOR / MIB),
            "make-disk",
            rootTar.toString(),
            root.toString(),
            FILE_SYSTEM_ID,
            raw.toString()));
    writeLoader(
        raw, Files.readAllBytes(root.resolve(GRUB)), Files.readAllBytes(root.resolve(GRUB_CORE)));
    FolderRemoval.remove(root);
    ProgramRun.of(
        STEP_MAX,
        List.of(
            "qemu-img",
            "convert",
            "-c",
            "-f",
            "raw",
            "-O",
            "qcow2",
            "-o",
            "compression_type=zstd",
            raw.toString(),
            disk.toString()));
    Files.delete(raw);
    return disk;
  }

  private static void writeLoader(Path raw, byte[] boot, byte[] core) throws IOException {
    if (core.length > (FIRST_SECTOR - 1) * SECTOR) {
      throw new IOException(
          "Expected GRUB to fit before the first partition, but it has %d bytes"
              .formatted(core.length));
    }
    try (OutputStream out = Files.newOutputStream(raw, StandardOpenOption.WRITE)) {
      out.write(BootSector.of(boot, FIRST_SECTOR, Files.size(raw) / SECTOR - FIRST_SECTOR));
      out.write(core);
    }
  }
}
