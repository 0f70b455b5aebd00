package io.vireo.launcher.process;

import io.vireo.launcher.core.Options;
import io.vireo.network.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the files that the domain's disks are. */
public final class Disks {

  private static final long TOOL_TIMEOUT_SECONDS = 60;

  private final PodPaths paths;
  private final Isos isos;

  /** Open for as long as the guest may run. */
  private final List<ClaimFile> held = new ArrayList<>();

  /** Kept for as long. */
  private final List<Descriptor> claimed = new ArrayList<>();

  /** Disks of this pod. */
  public Disks(PodPaths paths) {
    this.paths = paths;
    this.isos = new Isos(paths);
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
    for (Options.Disk disk : options.disks()) {
      switch (disk) {
        case Options.ContainerDisk image -> overlay(image);
        case Options.EmptyDisk empty -> empty(empty);
        case Options.ClaimDisk claim -> hold(claim.volume(), claim.bytes(), ".img");
        case Options.BlockDisk block -> device(block.volume(), block.exclusive());
        case Options.EphemeralDisk ephemeral -> ephemeral(ephemeral);
        case Options.CloudInit cloudInit -> {
          Path iso = file(cloudInit.volume(), ".iso");
          if (Files.notExists(iso)) {
            isos.cloudInit(iso, cloudInit.volume(), options);
          }
        }
        case Options.FilesDisk files -> {
          Path iso = file(files.volume(), ".iso");
          if (Files.notExists(iso)) {
            isos.files(iso, files);
          }
        }
      }
    }
  }

  private Path file(String volume, String suffix) {
    return paths.ephemeralDisks().resolve(volume + suffix);
  }

  private void empty(Options.EmptyDisk disk)
      throws DiskException, IOException, InterruptedException {
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

  private void overlay(Options.ContainerDisk disk)
      throws DiskException, IOException, InterruptedException {
    Path image = ImageFile.find(paths.containerDisks().resolve(disk.volume()), disk);
    if (!Files.isReadable(image)) {
      throw new DiskException(
          "ImageInvalid",
          "Volume "
              + disk.volume()
              + ": expected "
              + image.getFileName()
              + " to be readable for all in the image, but it is not");
    }
    overlay(disk.volume(), image, ImageFile.inspect(disk.volume(), image).format());
  }

  private void overlay(String volume, Path base, String format)
      throws DiskException, IOException, InterruptedException {
    Path file = file(volume, ".qcow2");
    create(
        file,
        List.of(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-b",
            base.toString(),
            "-F",
            format,
            file.toString()));
  }

  /** Gives the disk of a claim a name of ours. */
  private Path hold(String volume, long bytes, String suffix) throws DiskException, IOException {
    ClaimFile claim = ClaimFile.open(paths.claims().resolve(volume), volume, bytes);
    held.add(claim);
    Path link = file(volume, suffix);
    Files.deleteIfExists(link);
    return Files.createSymbolicLink(link, claim.stableName());
  }

  private void ephemeral(Options.EphemeralDisk disk)
      throws DiskException, IOException, InterruptedException {
    Path base = disk.block() ? device(disk.volume(), false) : hold(disk.volume(), 0, ".base");
    overlay(disk.volume(), base, "raw");
  }

  /**
   * The device of a claim.
   *
   * @param exclusive no other machine may have it as long as this one
   */
  private Path device(String volume, boolean exclusive)
      throws DiskException, IOException, InterruptedException {
    Path device = paths.devices().resolve("vireo-" + volume);
    Descriptor claim = BlockDevice.claim(device, volume);
    if (exclusive) {
      claimed.add(claim);
    } else {
      claim.close();
    }
    return device;
  }

  private static void create(Path file, List<String> command)
      throws DiskException, IOException, InterruptedException {
    if (Files.notExists(file)) {
      run(file, command);
    }
  }

  /** Runs a program that makes a file. */
  static void run(Path file, List<String> command)
      throws DiskException, IOException, InterruptedException {
    Programs.Result result = Programs.run(TOOL_TIMEOUT_SECONDS, Map.of(), command);
    if (!result.isSuccess()) {
      Files.deleteIfExists(file);
      throw new DiskException(
          "DiskFailed",
          command.getFirst() + " failed for " + file.getFileName() + ": " + result.output());
    }
  }
}
