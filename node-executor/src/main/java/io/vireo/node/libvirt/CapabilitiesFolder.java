package io.vireo.node.libvirt;

import io.vireo.node.core.MachineCapabilities;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What the launcher's script {@code capabilities} left: {@code facts}, and in {@code cache} what
 * libvirt keeps of its questions to QEMU. Made by our own image before a guest ran, so it is
 * trusted to be well meant, and bounded all the same.
 */
public final class CapabilitiesFolder {

  private static final int FACTS_MAX = 64 * 1024;
  private static final int CACHE_FILES_MAX = 16;
  private static final int CACHE_FILE_MAX = 1 << 20;

  private final Path folder;

  /** Nothing is read yet. */
  public CapabilitiesFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * What the machine can do.
   *
   * @throws IOException if nobody asked libvirt, or if the facts are none
   */
  public MachineCapabilities facts() throws IOException {
    Path file = folder.resolve("facts");
    try {
      return MachineCapabilities.parse(
          new String(read(file, FACTS_MAX), StandardCharsets.UTF_8).lines().toList());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Copies libvirt's cache to where launchers may read it, each file at once; a launcher that reads
   * at that moment has the file before or after it.
   *
   * @param target made if it does not exist; a file that an earlier start left is kept
   */
  public void publishCache(Path target) throws IOException {
    Files.createDirectories(target);
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    int count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve("cache"), "*.xml")) {
      for (Path file : files) {
        if (++count > CACHE_FILES_MAX) {
          throw new IOException("Expected at most " + CACHE_FILES_MAX + " files in " + folder);
        }
        Path name = file.getFileName();
        Path temporary = target.resolve(name + ".tmp");
        Files.write(temporary, read(file, CACHE_FILE_MAX));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(temporary, target.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static byte[] read(Path file, int max) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(file.toString(), null, "expected a regular file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new IOException("Expected at most " + max + " bytes in " + file);
      }
      return bytes;
    }
  }
}
