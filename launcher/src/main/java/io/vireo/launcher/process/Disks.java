package io.vireo.launcher.process;

import io.vireo.launcher.core.DiskImage;
import io.vireo.launcher.core.Options;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the files that the domain's disks are. */
public final class Disks {

  private static final long TOOL_TIMEOUT_SECONDS = 60;

  private final PodPaths paths;

  /** Disks of this pod. */
  public Disks(PodPaths paths) {
    this.paths = paths;
  }

  /** A disk could not be made. */
  public static final class DiskException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    DiskException(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    /** CamelCase reason for a condition. */
    public String reason() {
      return reason;
    }
  }

  /** Makes all that are not there yet. */
  public void prepare(Options options) throws DiskException, IOException, InterruptedException {
    for (Options.ContainerDisk disk : options.containerDisks()) {
      overlay(disk);
    }
    for (Options.EmptyDisk disk : options.emptyDisks()) {
      Path file = file(disk.volume(), ".qcow2");
      create(
          file,
          List.of(
              "qemu-img",
              "create",
              "-q",
              "-f",
              "qcow2",
              file.toString(),
              Long.toString(disk.bytes())));
    }
    for (String volume : options.cloudInits()) {
      cloudInit(volume, options);
    }
  }

  private Path file(String volume, String suffix) {
    return paths.ephemeralDisks().resolve(volume + suffix);
  }

  private void overlay(Options.ContainerDisk disk)
      throws DiskException, IOException, InterruptedException {
    Path image = imageFile(paths.containerDisks().resolve(disk.volume()), disk);
    if (!Files.isReadable(image)) {
      throw new DiskException(
          "ImageInvalid",
          "Volume "
              + disk.volume()
              + ": expected "
              + image.getFileName()
              + " to be readable for all in the image, but it is not");
    }
    String format = inspect(disk.volume(), image).format();
    Path file = file(disk.volume(), ".qcow2");
    create(
        file,
        List.of(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-b",
            image.toString(),
            "-F",
            format,
            file.toString()));
  }

  /**
   * The file that is the disk.
   *
   * @param root of the image, or of what {@code copy-disk} took of it
   */
  static Path imageFile(Path root, Options.ContainerDisk disk) throws DiskException, IOException {
    return disk.path().isPresent()
        ? plainFile(root, disk.volume(), Path.of(disk.path().get().substring(1)))
        : onlyFile(root, disk.volume());
  }

  private static DiskImage inspect(String volume, Path image) throws DiskException, IOException {
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

  private void cloudInit(String volume, Options options)
      throws DiskException, IOException, InterruptedException {
    Path file = file(volume, ".iso");
    if (Files.exists(file)) {
      return;
    }
    Path source = paths.cloudInit().resolve(volume);
    Path staging = Files.createTempDirectory(paths.ephemeralDisks(), "ci-" + volume);
    List<String> command =
        new ArrayList<>(
            List.of(
                "genisoimage",
                "-quiet",
                "-output",
                file + ".tmp",
                "-volid",
                "cidata",
                "-joliet",
                "-rock",
                "-graft-points"));
    Path metaData = staging.resolve("meta-data");
    Files.writeString(
        metaData,
        "instance-id: " + options.uid() + "\nlocal-hostname: " + options.hostname() + "\n");
    command.add("meta-data=" + metaData);
    command.add("user-data=" + source.resolve("userdata").toRealPath());
    if (Files.exists(source.resolve("networkdata"))) {
      command.add("network-config=" + source.resolve("networkdata").toRealPath());
    }
    create(Path.of(file + ".tmp"), command);
    Files.move(Path.of(file + ".tmp"), file);
    Files.delete(metaData);
    Files.delete(staging);
  }

  private static void create(Path file, List<String> command)
      throws DiskException, IOException, InterruptedException {
    if (Files.exists(file)) {
      return;
    }
    Programs.Result result = Programs.run(TOOL_TIMEOUT_SECONDS, Map.of(), command);
    if (!result.isSuccess()) {
      Files.deleteIfExists(file);
      throw new DiskException(
          "DiskFailed",
          command.getFirst() + " failed for " + file.getFileName() + ": " + result.output());
    }
  }
}
