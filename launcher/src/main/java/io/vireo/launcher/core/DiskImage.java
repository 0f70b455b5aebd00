package io.vireo.launcher.core;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a disk image is, by its first bytes alone. QEMU is told the format and never probes: a guest
 * that writes a header of its own into a raw disk must not be believed, and an image that names
 * other files must not reach QEMU at all.
 *
 * @param format qcow2 or raw
 */
public record DiskImage(String format) {

  /** How much of the file is to be read. */
  public static final int HEADER_BYTES = 104;

  /** Largest disk. */
  public static final long VIRTUAL_BYTES_MAX = 16L << 40;

  private static final int QCOW2_MAGIC = 0x514649fb;
  private static final int SECTOR = 512;
  private static final long INCOMPATIBLE_DATA_FILE = 1 << 2;
  private static final int BACKING_OFFSET = 8;
  private static final int VIRTUAL_SIZE = 24;
  private static final int INCOMPATIBLE = 72;

  /** How the formats begin that are neither qcow2 nor raw: taken as raw, no guest would boot. */
  private static final List<Magic> OTHERS =
      List.of(
          Magic.text("VMDK", "KDMV"),
          Magic.text("VMDK", "COWD"),
          Magic.text("VMDK", "# Disk DescriptorFile"),
          Magic.text("VHD", "conectix"),
          Magic.text("VHDX", "vhdxfile"),
          Magic.of("VDI", 64, 0x7f, 0x10, 0xda, 0xbe),
          Magic.of("LUKS", 0, 0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe),
          Magic.of("QED", 0, 0x51, 0x45, 0x44, 0),
          Magic.text("Parallels", "WithoutFreeSpace"),
          Magic.text("Parallels", "WithouFreSpacExt"),
          Magic.text("Bochs", "Bochs Virtual HD Image"),
          Magic.text("cloop", "#!/bin/sh\n#V2.0 Format\n"),
          Magic.of("gzip", 0, 0x1f, 0x8b, 0x08),
          Magic.of("xz", 0, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0),
          Magic.of("Zstandard", 0, 0x28, 0xb5, 0x2f, 0xfd),
          Magic.text("bzip2", "BZh91AY&SY"),
          Magic.of("zip", 0, 0x50, 0x4b, 3, 4));

  /** Those that are images of whole disks. */
  private static final Set<String> DISK_FORMATS =
      Set.of("VMDK", "VHD", "VHDX", "VDI", "QED", "Parallels");

  private record Magic(String format, int offset, List<Integer> bytes) {

    static Magic of(String format, int offset, Integer... bytes) {
      return new Magic(format, offset, List.of(bytes));
    }

    static Magic text(String format, String text) {
      return new Magic(format, 0, text.chars().boxed().toList());
    }

    boolean isIn(byte[] header) {
      for (int i = 0; i < bytes.size(); i++) {
        if (header.length <= offset + i || (header[offset + i] & 0xff) != bytes.get(i)) {
          return false;
        }
      }
      return true;
    }
  }

  /** The image is not what it should be; the message is for the user who made it. */
  public static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidException(String message) {
      super(message);
    }
  }

  /**
   * Looks at a file.
   *
   * @param fileName its name: one that promises qcow2 must hold qcow2
   * @param header its first {@link #HEADER_BYTES}, or all of a shorter one
   * @param size its size in bytes
   */
  public static DiskImage inspect(String fileName, byte[] header, long size)
      throws InvalidException {
    ByteBuffer bytes = ByteBuffer.wrap(header);
    if (header.length >= 4 && bytes.getInt(0) == QCOW2_MAGIC) {
      return qcow2(fileName, bytes);
    }
    if (fileName.endsWith(".qcow2")) {
      throw new InvalidException(
          "Expected " + fileName + " to be a qcow2 image, but it does not begin like one");
    }
    Optional<Magic> other = OTHERS.stream().filter(magic -> magic.isIn(header)).findFirst();
    if (other.isPresent()) {
      throw new InvalidException(
          "Expected "
              + fileName
              + " to be a qcow2 or raw image, but it begins like "
              + other.get().format());
    }
    checkRawSize(fileName, size);
    return new DiskImage("raw");
  }

  /**
   * Looks at the disk in a claim, which is raw in any case. What a guest may have written itself,
   * such as the header of an encrypted disk, is taken; an image of another format is not, since its
   * header would be the guest's first sector.
   *
   * @param fileName its name
   * @param header its first {@link #HEADER_BYTES}, or all of a shorter one
   * @param size its size in bytes
   */
  public static void inspectRaw(String fileName, byte[] header, long size) throws InvalidException {
    boolean qcow2 = header.length >= 4 && ByteBuffer.wrap(header).getInt(0) == QCOW2_MAGIC;
    Optional<String> format =
        qcow2
            ? Optional.of("qcow2")
            : OTHERS.stream()
                .filter(magic -> DISK_FORMATS.contains(magic.format()) && magic.isIn(header))
                .map(Magic::format)
                .findFirst();
    if (format.isPresent()) {
      throw new InvalidException(
          "Expected "
              + fileName
              + " to be a raw disk image, but it begins like "
              + format.get()
              + "; convert it with: qemu-img convert -O raw");
    }
    checkRawSize(fileName, size);
  }

  private static void checkRawSize(String fileName, long size) throws InvalidException {
    if (size < SECTOR || size % SECTOR != 0) {
      throw new InvalidException(
          "Expected "
              + fileName
              + " to be a disk image: qcow2, or raw with a size that is a multiple of 512 bytes,"
              + " but it has "
              + size
              + " bytes");
    }
    if (size > VIRTUAL_BYTES_MAX) {
      throw new InvalidException("Expected " + fileName + " to be at most 16 TiB");
    }
  }

  private static DiskImage qcow2(String fileName, ByteBuffer bytes) throws InvalidException {
    if (bytes.capacity() < INCOMPATIBLE) {
      throw new InvalidException("Expected " + fileName + " to be a whole qcow2 image");
    }
    int version = bytes.getInt(4);
    if (version != 2 && version != 3) {
      throw new InvalidException(
          "Expected " + fileName + " to be qcow2 version 2 or 3, but it is " + version);
    }
    if (bytes.getLong(BACKING_OFFSET) != 0) {
      throw new InvalidException(
          "Expected " + fileName + " to stand alone, but it names a backing file");
    }
    long size = bytes.getLong(VIRTUAL_SIZE);
    if (size <= 0 || size > VIRTUAL_BYTES_MAX) {
      throw new InvalidException(
          "Expected " + fileName + " to have a virtual size up to 16 TiB, but it says " + size);
    }
    if (version == 3
        && (bytes.capacity() < INCOMPATIBLE + Long.BYTES
            || (bytes.getLong(INCOMPATIBLE) & INCOMPATIBLE_DATA_FILE) != 0)) {
      throw new InvalidException(
          "Expected " + fileName + " to stand alone, but it names an external data file");
    }
    return new DiskImage("qcow2");
  }
}
