package io.vireo.launcher.process;

import io.vireo.launcher.core.ClaimSize;
import io.vireo.launcher.core.DiskImage;
import io.vireo.launcher.process.Disks.DiskException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/**
 * The file {@code disk.img} of a claim. Other pods may write to the claim at any time, so nothing
 * is asked of a name in it twice: the file is opened once, following no link, what is open is
 * checked, and QEMU gets a name of that instead of the name in the claim. It is open for as long as
 * this process lives, which is as long as the guest.
 *
 * <p>A claim without the file gets one of the claim's size, with nothing in it.
 */
final class ClaimFile {

  static final String NAME = "disk.img";

  private static final Path OPEN_FILES = Path.of("/proc/self/fd");
  private static final int TYPE_MASK = 0170000;
  private static final int REGULAR = 0100000;

  private final String volume;
  private final FileChannel channel;
  private final Path open;

  private ClaimFile(String volume, FileChannel channel, Path open) {
    this.volume = volume;
    this.channel = channel;
    this.open = open;
  }

  /**
   * Opens it, or makes it.
   *
   * @param folder where the claim is mounted
   * @param bytes size of the claim; 0 for one that is only read
   */
  static ClaimFile open(Path folder, String volume, long bytes) throws DiskException, IOException {
    Path file = folder.toRealPath().resolve(NAME);
    FileChannel channel = bytes == 0 ? openToRead(file, volume) : openToWrite(file, volume);
    boolean good = false;
    try {
      ClaimFile claim = new ClaimFile(volume, channel, nameOf(file, volume));
      claim.check();
      if (channel.size() == 0 && bytes > 0) {
        claim.grow(folder, bytes);
      }
      claim.checkContent();
      good = true;
      return claim;
    } finally {
      if (!good) {
        channel.close();
      }
    }
  }

  /** A name that stays that of the file, in this pod, for as long as this process lives. */
  Path stableName() throws IOException {
    // The number that this /proc knows this process by, which may be of a namespace further out.
    String self = Files.readSymbolicLink(Path.of("/proc/self")).toString();
    return Path.of("/proc", self, "fd").resolve(open.getFileName().toString());
  }

  private static FileChannel openToRead(Path file, String volume)
      throws DiskException, IOException {
    try {
      refuseWhatMayBlock(file, volume);
      return open(file, volume, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new DiskException(
          "ImageInvalid",
          "Volume "
              + volume
              + ": expected the file "
              + NAME
              + " in the claim, but there is none, and it may not be made in a claim that is only"
              + " read");
    }
  }

  private static FileChannel openToWrite(Path file, String volume)
      throws DiskException, IOException {
    try {
      refuseWhatMayBlock(file, volume);
      return open(file, volume, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      try {
        return open(
            file,
            volume,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW);
      } catch (FileAlreadyExistsException made) {
        // Another launcher was faster; whose disk it is, QEMU's lock decides.
        return open(file, volume, StandardOpenOption.READ, StandardOpenOption.WRITE);
      }
    }
  }

  /** To open a FIFO waits for another end; what is a FIFO only later stops nothing but this VM. */
  private static void refuseWhatMayBlock(Path file, String volume)
      throws DiskException, IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw notPlain(volume);
    }
  }

  private static DiskException notPlain(String volume) {
    return new DiskException(
        "ImageInvalid",
        "Volume "
            + volume
            + ": expected "
            + NAME
            + " in the claim to be a plain file, but it is a link, a folder, a pipe or a device");
  }

  private static FileChannel open(Path file, String volume, OpenOption... options)
      throws DiskException, IOException {
    Set<OpenOption> all = new HashSet<>(Set.of(options));
    all.add(LinkOption.NOFOLLOW_LINKS);
    try {
      return FileChannel.open(file, all);
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw new DiskException(
          "ImageInvalid",
          "Volume "
              + volume
              + ": expected "
              + NAME
              + " in the claim to be a plain file that user 107 may open, but: "
              + e.getClass().getSimpleName()
              + " "
              + e.getMessage());
    }
  }

  /** Java does not tell the number of an open file; the kernel tells what each number is. */
  private static Path nameOf(Path file, String volume) throws DiskException, IOException {
    try (DirectoryStream<Path> numbers = Files.newDirectoryStream(OPEN_FILES)) {
      for (Path number : numbers) {
        if (isNameOf(number, file)) {
          return number;
        }
      }
    }
    throw new DiskException(
        "ImageInvalid",
        "Volume " + volume + ": " + NAME + " was replaced in the claim while it was opened");
  }

  private static boolean isNameOf(Path number, Path file) {
    try {
      return Files.readSymbolicLink(number).equals(file);
    } catch (IOException e) {
      // Closed meanwhile.
      return false;
    }
  }

  /** Of what is open, whatever the claim shows by now. */
  private void check() throws DiskException, IOException {
    if ((((Number) Files.getAttribute(open, "unix:mode")).intValue() & TYPE_MASK) != REGULAR) {
      throw notPlain(volume);
    }
    if (((Number) Files.getAttribute(open, "unix:nlink")).intValue() != 1) {
      throw new DiskException(
          "ImageInvalid",
          "Volume "
              + volume
              + ": expected "
              + NAME
              + " in the claim to have no other name, but there are hard links to it");
    }
  }

  private void grow(Path folder, long demanded) throws DiskException, IOException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    try {
      long size = ClaimSize.of(demanded, usable);
      channel.write(ByteBuffer.allocate(1), size - 1);
      Log.say("Volume " + volume + ": made an empty disk of " + size + " bytes");
    } catch (ClaimSize.TooSmallException e) {
      throw new DiskException("ClaimTooSmall", "Volume " + volume + ": " + e.getMessage());
    }
  }

  private void checkContent() throws DiskException, IOException {
    ByteBuffer header = ByteBuffer.allocate(DiskImage.HEADER_BYTES);
    while (header.hasRemaining() && channel.read(header, header.position()) > 0) {
      // Until it is whole, or the file ends.
    }
    byte[] bytes = new byte[header.position()];
    header.flip().get(bytes);
    try {
      DiskImage.inspectRaw(NAME, bytes, channel.size());
    } catch (DiskImage.InvalidException e) {
      throw new DiskException("ImageInvalid", "Volume " + volume + ": " + e.getMessage());
    }
  }
}
