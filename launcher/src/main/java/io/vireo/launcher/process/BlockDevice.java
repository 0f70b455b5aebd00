package io.vireo.launcher.process;

import io.vireo.launcher.process.Disks.DiskException;
import io.vireo.network.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The block device of a claim. Each pod has a device node of its own, and QEMU's image lock is on
 * the node, so it says nothing to another pod. The kernel's claim on the device itself does: one
 * process of the machine has it, whatever the device is called there. The launcher has it for as
 * long as it lives, which is as long as the guest; QEMU, which opens the device without one, is not
 * hindered.
 *
 * <p>A disk that is only read, or that others may write to as well, does not keep the claim. It is
 * refused while somebody else has it, and that is all: who comes later is not seen.
 */
final class BlockDevice {

  private static final int TYPE_MASK = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  /** What looks at devices of the machine, such as udev, claims them for a moment too. */
  private static final int ATTEMPTS = 10;

  private static final long PAUSE_MS = 100;

  private BlockDevice() {}

  /**
   * Claims it.
   *
   * @return the claim, which ends when it is closed
   */
  static Descriptor claim(Path device, String volume)
      throws DiskException, IOException, InterruptedException {
    check(device, volume);
    for (int attempt = 1; ; attempt++) {
      Optional<Descriptor> claim = Descriptor.claimBlockDevice(device);
      if (claim.isPresent()) {
        return claim.get();
      }
      if (attempt == ATTEMPTS) {
        throw new DiskException(
            "DiskInUse",
            "Volume "
                + volume
                + ": its disk is in use by another virtual machine, or by the node itself; stop"
                + " that one, or set shareable in both if what the guests write can bear it");
      }
      Thread.sleep(PAUSE_MS);
    }
  }

  private static void check(Path device, String volume) throws DiskException, IOException {
    if (Files.notExists(device) || !isBlockDevice(device)) {
      throw new DiskException(
          "ImageInvalid", "Volume " + volume + ": expected a block device at " + device);
    }
    if (!Files.isReadable(device)) {
      throw new DiskException(
          "DiskFailed",
          "Volume "
              + volume
              + ": user 107 may not open its block device; set"
              + " device_ownership_from_security_context in the node's container runtime");
    }
  }

  private static boolean isBlockDevice(Path device) throws IOException {
    int mode = ((Number) Files.getAttribute(device, "unix:mode")).intValue();
    return (mode & TYPE_MASK) == BLOCK_DEVICE;
  }
}
