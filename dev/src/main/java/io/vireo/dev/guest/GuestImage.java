package io.vireo.dev.guest;

import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageConfig;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.ImageWriter;
import io.vireo.dev.images.Layer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * The containerDisk that development and tests boot: {@code disk/tiny.qcow2} in {@value
 * #REFERENCE}. Needs the Debian packages in {@link #PACKAGES}, but neither root nor loop devices.
 */
public final class GuestImage {

  /** Name of the image. */
  public static final String REFERENCE = "localhost/vireo/tiny:1";

  /** Debian packages whose programs and files are needed. */
  public static final List<String> PACKAGES =
      List.of("busybox-static", "syslinux", "mtools", "dosfstools", "qemu-utils");

  private static final String LABEL_RECIPE = "io.vireo.recipe";
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final long BLOCK_BYTES = 64 << 10;
  private static final long SPARE_BYTES = 2L << 20;

  private GuestImage() {}

  /**
   * Builds the image, unless the store has it as it would become.
   *
   * @param workDir for what is downloaded and made on the way; may be kept
   * @param progress told one line about each step that takes a while
   */
  public static Image build(ImageStore store, Path workDir, Consumer<String> progress)
      throws IOException, InterruptedException {
    Optional<Image> had = store.resolve(REFERENCE);
    if (had.isPresent() && recipe().equals(had.get().config().labels().get(LABEL_RECIPE))) {
      return had.get();
    }
    Path work = Files.createDirectories(workDir.toAbsolutePath());
    GuestKernel kernel = GuestKernel.fetch(work, progress);
    progress.accept("Building the guest's disk");
    Path initrd = work.resolve("initrd");
    List<String> applets =
        Command.run(work, BUSYBOX.toString(), "--list-full")
            .lines()
            .filter(l -> !l.isBlank())
            .toList();
    Initramfs.write(initrd, BUSYBOX, applets, kernel.modules());
    Path programs = work.resolve("programs.cpio");
    Initramfs.writePrograms(programs, GuestPrograms.fetch(work, progress).files());
    Path disk = disk(work, kernel.image(), initrd, programs);
    return ImageWriter.write(
        store,
        REFERENCE,
        ImageConfig.EMPTY.withLabels(Map.of(LABEL_RECIPE, recipe())),
        List.of(Layer.of(Layer.folder("disk"), Layer.file("disk/tiny.qcow2", 0644, disk))));
  }

  /**
   * A FAT file system without partitions, whose first sector is the boot loader's. Behind it are
   * the programs that nobody waits for: the guest reads them faster than the boot loader does.
   */
  private static Path disk(Path work, Path kernel, Path initrd, Path programs)
      throws IOException, InterruptedException {
    Path raw = work.resolve("tiny.raw");
    Path qcow = work.resolve("tiny.qcow2");
    long blocks = (Files.size(kernel) + Files.size(initrd) + SPARE_BYTES) / BLOCK_BYTES + 1;
    Path config =
        Files.writeString(
            work.resolve("syslinux.cfg"),
            GuestScripts.SYSLINUX.stripTrailing() + " vireo.programs=" + blocks + "\n");
    Files.deleteIfExists(raw);
    Command.run(
        work,
        "mkfs.vfat",
        "-F",
        "16",
        "-n",
        "TINY",
        "-C",
        raw.toString(),
        Long.toString(blocks * BLOCK_BYTES / 1024));
    // The files first: they get to lie in one piece each, which the boot loader reads faster.
    for (Map.Entry<String, Path> file :
        Map.of("vmlinuz", kernel, "initrd", initrd, "syslinux.cfg", config).entrySet()) {
      Command.run(
          work,
          Map.of("MTOOLS_SKIP_CHECK", "1"),
          List.of("mcopy", "-i", raw.toString(), file.getValue().toString(), "::" + file.getKey()));
    }
    Command.run(work, "syslinux", "--install", raw.toString());
    Files.write(raw, Files.readAllBytes(programs), StandardOpenOption.APPEND);
    Command.run(
        work, "qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), qcow.toString());
    Files.deleteIfExists(raw);
    return qcow;
  }

  /** Changes with what the guest does; the kernel's version is not part of it. */
  private static String recipe() {
    CRC32 sum = new CRC32();
    for (String part :
        List.of(
            "2",
            GuestScripts.SYSLINUX,
            GuestScripts.INIT,
            GuestScripts.CIDATA,
            GuestScripts.DHCP,
            GuestScripts.POWER_BUTTON,
            GuestScripts.INITTAB,
            GuestPrograms.recipe(),
            AccessScripts.SERVICES,
            AccessScripts.CLOUD_CONFIG,
            AccessScripts.OS_RELEASE,
            GuestScripts.MODULES.toString())) {
      sum.update(part.getBytes(StandardCharsets.UTF_8));
    }
    return Long.toHexString(sum.getValue());
  }
}
