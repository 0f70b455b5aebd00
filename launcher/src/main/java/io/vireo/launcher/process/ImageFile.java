package io.vireo.launcher.process;

import io.vireo.launcher.core.DiskImage;
import io.vireo.launcher.core.Options;
import io.vireo.launcher.process.Disks.DiskException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The disk in an image. Whoever made the image laid out its files and links. */
final class ImageFile {

  private ImageFile() {}

  /**
   * The file that is the disk.
   *
   * @param root of the image, or of what {@code copy-disk} took of it
   */
  static Path find(Path root, Options.ContainerDisk disk) throws DiskException, IOException {
    return disk.path().isPresent()
        ? plainFile(root, disk.volume(), Path.of(disk.path().get().substring(1)))
        : onlyFile(root, disk.volume());
  }

  /** What it is. */
  static DiskImage inspect(String volume, Path image) throws DiskException, IOException {
    try (InputStream in = Files.newInputStream(image, LinkOption.NOFOLLOW_LINKS)) {
      byte[] header = in.readNBytes(DiskImage.HEADER_BYTES);
      return DiskImage.inspect(image.getFileName().toString(), header, Files.size(image));
    } catch (DiskImage.InvalidException e) {
      throw new DiskException("ImageInvalid", "Volume " + volume + ": " + e.getMessage());
    }
  }

  /** A file below the image's root, by components none of which is a link. */
  private static Path plainFile(Path root, String volume, Path relative) throws DiskException {
    Path current = root;
    for (Path part : relative) {
      String name = part.toString();
      current = current.resolve(name);
      if (name.equals("..") || name.equals(".") || Files.isSymbolicLink(current)) {
        throw new DiskException(
            "ImageInvalid", "Volume " + volume + ": the path leads through a link or a '..'");
      }
    }
    if (!Files.isRegularFile(current, LinkOption.NOFOLLOW_LINKS)) {
      throw new DiskException(
          "ImageInvalid",
          "Volume "
              + volume
              + ": expected a file at /"
              + relative
              + " in the image, but there is none");
    }
    return current;
  }

  private static Path onlyFile(Path root, String volume) throws DiskException, IOException {
    Path folder = root.resolve("disk");
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        entries.forEach(files::add);
      }
    }
    if (files.size() != 1) {
      throw new DiskException(
          "ImageInvalid",
          "Volume "
              + volume
              + ": expected exactly one file in /disk of the image, but there are "
              + files.size());
    }
    return plainFile(root, volume, root.relativize(files.getFirst()));
  }
}
