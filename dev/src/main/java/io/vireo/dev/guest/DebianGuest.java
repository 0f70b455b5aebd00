package io.vireo.dev.guest;

import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageConfig;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.ImageWriter;
import io.vireo.dev.images.Layer;
import io.vireo.dev.images.LayerTar;
import io.vireo.dev.process.FolderRemoval;
import io.vireo.dev.process.ProgramRun;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * A containerDisk with a whole Debian, as clouds have it: {@code disk/debian.qcow2} in {@value
 * #REFERENCE}. It is set up by cloud-init from what the virtual machine's manifest says, and has no
 * password, key or identity of its own. Made of Debian's packages in a minute or two.
 */
public final class DebianGuest {

  /** Name of the image. */
  public static final String REFERENCE = "localhost/vireo/debian:12";

  private static final String SUITE = "bookworm";
  // Goes up when the rules of this class or of BootDisk change.
  private static final String RULES = "1";
  private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
  private static final Duration BUILD_MAX = Duration.ofMinutes(15);

  // The day of the suite's release: no file is younger, so the same packages give the same files.
  private static final String EPOCH = "1686355200";

  private static final List<String> PACKAGES =
      List.of(
          "linux-image-cloud-amd64",
          "initramfs-tools",
          "zstd",
          "grub-pc-bin",
          "systemd-sysv",
          "systemd-resolved",
          "udev",
          "dbus",
          "cloud-init",
          "cloud-guest-utils",
          "fdisk",
          "qemu-guest-agent",
          "openssh-server",
          "sudo",
          "ca-certificates",
          "iproute2",
          "iputils-ping",
          "netbase",
          "procps",
          "less",
          "vim-tiny");

  private static final List<String> LEFT_OUT =
      List.of(
          "path-exclude=/usr/share/man/*",
          "path-exclude=/usr/share/locale/*",
          "path-exclude=/usr/share/doc/*",
          "path-include=/usr/share/doc/*/copyright");

  /** Commands in the finished root file system, whose path is {@code $1}. */
  private static final List<String> FINISH =
      List.of(
          "chroot \"$1\" grub-mkimage -O i386-pc -o /boot/grub/core.img"
              + " -p '(hd0,msdos1)/boot/grub' biosdisk part_msdos ext2 normal linux configfile",
          "chroot \"$1\" systemctl enable systemd-networkd",
          // They would run in the first minutes of a guest, when it has other things to do.
          "chroot \"$1\" systemctl disable apt-daily.timer apt-daily-upgrade.timer"
              + " e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer",
          // What each guest has to make for itself, and what tells of the machine that built this.
          "cd \"$1\" && rm -rf etc/ssh/ssh_host_* etc/.resolv.conf.* etc/*- var/log/apt"
              + " var/log/*.log var/cache/ldconfig/aux-cache var/cache/debconf/*-old"
              + " var/lib/dbus/machine-id var/lib/systemd/random-seed && : >etc/machine-id");

  private DebianGuest() {}

  /**
   * Builds the image, unless the store has it as it would become but for Debian's updates.
   *
   * @param progress told one line about each step
   */
  public static Image build(ImageStore store, Consumer<String> progress)
      throws IOException, InterruptedException {
    Optional<Image> had =
        store
            .resolve(REFERENCE)
            .filter(
                image -> recipe().equals(image.config().labels().get(ImageConfig.LABEL_RECIPE)));
    return had.isPresent() ? had.get() : rebuild(store, progress);
  }

  /** Builds it anew, with the packages as Debian has them today. */
  public static Image rebuild(ImageStore store, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path work = Files.createTempDirectory(store.root(), ".debian-guest-");
    try {
      Path files = work.resolve("files.tar");
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(files))) {
        LayerTar.write(Layer.of(DebianGuestFiles.ENTRIES.toArray(Layer.Entry[]::new)), out);
      }
      Path root = work.resolve("root.tar");
      progress.accept("Debian packages: " + String.join(", ", PACKAGES));
      ProgramRun.of(BUILD_MAX, command(files, root));
      progress.accept("the disk: boot loader, ext4, qcow2");
      Path disk = BootDisk.make(work, root);
      return ImageWriter.write(
          store,
          REFERENCE,
          ImageConfig.EMPTY.withLabels(Map.of(ImageConfig.LABEL_RECIPE, recipe())),
          List.of(Layer.of(Layer.folder("disk"), Layer.file("disk/debian.qcow2", 0644, disk))));
    } finally {
      FolderRemoval.remove(work);
    }
  }

  /** Nothing is taken that Debian's own keys did not sign; its security updates are. */
  static List<String> command(Path files, Path root) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "SOURCE_DATE_EPOCH=" + EPOCH,
                "mmdebstrap",
                "--variant=minbase",
                "--format=tar",
                "--keyring=" + KEYRING,
                "--include=" + String.join(",", PACKAGES)));
    LEFT_OUT.forEach(rule -> command.add("--dpkgopt=" + rule));
    // Before the kernel, whose initramfs they shape, and once more over what mmdebstrap wrote.
    command.add("--essential-hook=tar-in '" + files + "' /");
    command.add("--customize-hook=tar-in '" + files + "' /");
    FINISH.forEach(step -> command.add("--customize-hook=" + step));
    command.add(SUITE);
    command.add(root.toString());
    return command;
  }

  /** Changes with what is in the guest; Debian's updates are not part of it. */
  static String recipe() {
    CRC32 sum = new CRC32();
    String text =
        String.join(
            "\n",
            RULES,
            DebianGuestFiles.ENTRIES.toString(),
            command(Path.of("files"), Path.of("root")).toString());
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }
}
