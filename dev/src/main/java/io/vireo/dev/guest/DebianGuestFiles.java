package io.vireo.dev.guest;

import io.vireo.dev.images.Layer;
import java.util.List;

/** What a Debian guest has beside its packages. */
final class DebianGuestFiles {

  /** The serial console comes last, so it is where the system's messages go. */
  private static final String GRUB =
      """
      set timeout=0
      set root=(hd0,msdos1)
      menuentry Debian {
        linux /vmlinuz root=LABEL=root ro console=tty0 console=ttyS0 quiet
        initrd /initrd.img
      }
      """;

  /** Each datasource that is looked for in vain costs a guest's start seconds. */
  private static final String CLOUD =
      """
      datasource_list: [NoCloud, ConfigDrive, None]
      system_info:
        network:
          renderers: [networkd]
      # The locale is C.UTF-8; making another takes a while.
      locale: false
      # Passwords are for the console.
      ssh_pwauth: false
      # Making a key for RSA takes an emulated CPU long.
      ssh_genkeytypes: [ed25519, ecdsa]
      ssh_quiet_keygen: true
      # Debian's lists, without what asks for programs that are not here.
      cloud_init_modules:
        - seed_random
        - bootcmd
        - write-files
        - growpart
        - resizefs
        - disk_setup
        - mounts
        - set_hostname
        - update_hostname
        - update_etc_hosts
        - ca-certs
        - users-groups
        - ssh
      cloud_config_modules:
        - ssh-import-id
        - locale
        - set-passwords
        - apt-configure
        - ntp
        - timezone
        - runcmd
      cloud_final_modules:
        - package-update-upgrade-install
        - write-files-deferred
        - scripts-vendor
        - scripts-per-once
        - scripts-per-boot
        - scripts-per-instance
        - scripts-user
        - ssh-authkey-fingerprints
        - keys-to-console
        - phone-home
        - final-message
        - power-state-change
      """;

  /** What the disk may be behind, of what this kernel has; all others are loaded from the disk. */
  private static final String INITRAMFS_MODULES =
      """
      virtio_pci
      virtio_blk
      virtio_scsi
      sd_mod
      ext4
      """;

  static final List<Layer.Entry> ENTRIES =
      List.of(
          Layer.text("boot/grub/grub.cfg", 0644, GRUB),
          Layer.text("etc/cloud/cloud.cfg.d/90_vireo.cfg", 0644, CLOUD),
          Layer.text("etc/default/locale", 0644, "LANG=C.UTF-8\n"),
          Layer.text("etc/fstab", 0644, "LABEL=root / ext4 errors=remount-ro 0 1\n"),
          Layer.text("etc/hostname", 0644, "debian\n"),
          Layer.text(
              "etc/hosts",
              0644,
              "127.0.0.1 localhost\n127.0.1.1 debian\n::1 localhost ip6-localhost ip6-loopback\n"),
          Layer.text("etc/initramfs-tools/conf.d/virtual-machine", 0644, "MODULES=list\n"),
          Layer.text("etc/initramfs-tools/modules", 0644, INITRAMFS_MODULES));

  private DebianGuestFiles() {}
}
