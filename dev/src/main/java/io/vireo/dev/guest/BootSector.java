package io.vireo.dev.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The first sector of a disk: where a BIOS finds the boot loader, and the partition table. */
final class BootSector {

  private static final int CODE_BYTES = 440;
  private static final int TABLE = 446;
  private static final int SIGNATURE = 510;

  private static final byte ACTIVE = (byte) 0x80;
  private static final byte LINUX = (byte) 0x83;
  // Cylinder, head and sector of what lies beyond their reach.
  private static final byte[] BEYOND = {(byte) 0xfe, (byte) 0xff, (byte) 0xff};

  private BootSector() {}

  /**
   * One with a single partition, for Linux.
   *
   * @param loader of which what a BIOS runs is taken
   * @param first sector of the partition
   * @param sectors that it has
   */
  static byte[] of(byte[] loader, long first, long sectors) {
    if (loader.length < CODE_BYTES) {
      throw new IllegalArgumentException(
          "Expected a boot loader of %d bytes, but it has %d".formatted(CODE_BYTES, loader.length));
    }
    ByteBuffer sector = ByteBuffer.allocate(BootDisk.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    sector.put(loader, 0, CODE_BYTES);
    sector.position(TABLE).put(ACTIVE).put(BEYOND).put(LINUX).put(BEYOND);
    sector.putInt(Math.toIntExact(first)).putInt(Math.toIntExact(sectors));
    sector.putShort(SIGNATURE, (short) 0xaa55);
    return sector.array();
  }
}
