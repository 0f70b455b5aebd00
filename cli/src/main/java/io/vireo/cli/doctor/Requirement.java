package io.vireo.cli.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file of a Debian package that Vireo needs.
 *
 * @param check what it is for people
 * @param packageName Debian's package
 * @param program a program's name, or the absolute path of a file
 */
record Requirement(String check, String packageName, String program) {

  private static final String BUSYBOX = "/bin/busybox";
  private static final int ELF_INTERPRETER = 3;

  static final List<Requirement> ALL =
      List.of(
          new Requirement("libvirtd", "libvirt-daemon", "libvirtd"),
          new Requirement("libvirt's QEMU driver", "libvirt-daemon-driver-qemu", qemuDriver()),
          new Requirement("virsh", "libvirt-clients", "virsh"),
          new Requirement("QEMU", "qemu-system-x86", "qemu-system-x86_64"),
          new Requirement("EFI firmware", "ovmf", "/usr/share/qemu/firmware/60-edk2-x86_64.json"),
          new Requirement("qemu-img", "qemu-utils", "qemu-img"),
          new Requirement("tini", "tini", "tini"),
          new Requirement("genisoimage", "genisoimage", "genisoimage"),
          new Requirement("busybox (static)", "busybox-static", BUSYBOX),
          new Requirement("cpio", "cpio", "cpio"),
          new Requirement("syslinux", "syslinux", "syslinux"),
          new Requirement("mcopy", "mtools", "mcopy"),
          new Requirement("mkfs.vfat", "dosfstools", "mkfs.vfat"),
          new Requirement("mmdebstrap", "mmdebstrap", "mmdebstrap"),
          new Requirement(
              "Debian's keys",
              "debian-archive-keyring",
              "/usr/share/keyrings/debian-archive-keyring.gpg"),
          new Requirement("fakeroot", "fakeroot", "fakeroot"),
          new Requirement("mke2fs", "e2fsprogs", "mke2fs"),
          new Requirement("git", "git", "git"),
          // For pods under a real kubelet.
          new Requirement("runc", "runc", "runc"),
          new Requirement("CNI plugins", "containernetworking-plugins", "/usr/lib/cni/bridge"),
          new Requirement("ip", "iproute2", "ip"),
          new Requirement("iptables", "iptables", "iptables"),
          new Requirement("nft", "nftables", "nft"),
          // For whoever logs in to a guest over ssh, as docs/network.md and the tests do.
          new Requirement("ssh", "openssh-client", "ssh"),
          // For the tests: the domain XML against libvirt's own schema.
          new Requirement("xmllint", "libxml2-utils", "xmllint"));

  private static String qemuDriver() {
    String architecture =
        System.getProperty("os.arch", "amd64").equals("aarch64") ? "aarch64" : "x86_64";
    return "/usr/lib/"
        + architecture
        + "-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so";
  }

  /** Where it is. */
  Optional<Path> find() {
    if (program.equals(BUSYBOX)) {
      return Optional.of(Path.of(BUSYBOX))
          .filter(Files::isExecutable)
          .filter(Requirement::isStatic);
    }
    return program.startsWith("/")
        ? Optional.of(Path.of(program)).filter(Files::isReadable)
        : Programs.find(program);
  }

  /** A program without an interpreter in its header; it goes into a guest that has no libraries. */
  static boolean isStatic(Path program) {
    try (FileChannel file = FileChannel.open(program)) {
      ByteBuffer header = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
      int length = file.read(header);
      boolean elf64 = length >= 64 && header.getInt(0) == 0x464c457f && header.get(4) == 2;
      if (!elf64) {
        return false;
      }
      long table = header.getLong(32);
      int size = header.getShort(54);
      int count = header.getShort(56);
      if (table + (long) size * count > length) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        if (header.getInt((int) table + i * size) == ELF_INTERPRETER) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
