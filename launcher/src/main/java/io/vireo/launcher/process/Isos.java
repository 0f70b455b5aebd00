package io.vireo.launcher.process;

import io.vireo.launcher.core.Options;
import io.vireo.launcher.process.Disks.DiskException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * ISO images of files that Kubernetes mounted. What it mounts may change at any time, so all files
 * are copied first, out of the one folder that Kubernetes replaces as a whole.
 */
final class Isos {

  /** Kubernetes' link to the files as they are now. */
  private static final String CURRENT = "..data";

  private final PodPaths paths;

  Isos(PodPaths paths) {
    this.paths = paths;
  }

  void cloudInit(Path iso, String volume, Options options)
      throws DiskException, IOException, InterruptedException {
    Path source = current(paths.cloudInit().resolve(volume));
    Path staging = staging(volume);
    Files.writeString(
        staging.resolve("meta-data"),
        "instance-id: " + options.uid() + "\nlocal-hostname: " + options.hostname() + "\n");
    Path user = staging.resolve("user-data");
    if (Files.exists(source.resolve("userdata"))) {
      Files.copy(source.resolve("userdata"), user);
    } else {
      // cloud-init wants the file, also where only the network is configured.
      Files.createFile(user);
    }
    if (Files.exists(source.resolve("networkdata"))) {
      Files.copy(source.resolve("networkdata"), staging.resolve("network-config"));
    }
    make(iso, "cidata", staging);
  }

  void files(Path iso, Options.FilesDisk disk)
      throws DiskException, IOException, InterruptedException {
    Path source = current(paths.files().resolve(disk.volume()));
    Path staging = staging(disk.volume());
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(source, file -> !file.getFileName().toString().startsWith(".."))) {
      for (Path file : files) {
        if (Files.isRegularFile(file)) {
          Files.copy(file, staging.resolve(file.getFileName().toString()));
        }
      }
    }
    make(iso, disk.label(), staging);
  }

  private static Path current(Path mounted) throws IOException {
    Path current = mounted.resolve(CURRENT);
    return Files.exists(current) ? current.toRealPath() : mounted;
  }

  private Path staging(String volume) throws IOException {
    return Files.createTempDirectory(paths.ephemeralDisks(), "iso-" + volume + "-");
  }

  private static void make(Path iso, String label, Path staging)
      throws DiskException, IOException, InterruptedException {
    Path unfinished = iso.resolveSibling(iso.getFileName() + ".tmp");
    Disks.run(
        unfinished,
        List.of(
            "genisoimage",
            "-quiet",
            "-output",
            unfinished.toString(),
            "-volid",
            label,
            "-joliet",
            "-rock",
            staging.toString()));
    Files.move(unfinished, iso, StandardCopyOption.ATOMIC_MOVE);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(staging)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(staging);
  }
}
