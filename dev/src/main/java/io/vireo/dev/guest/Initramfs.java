package io.vireo.dev.guest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/** Writes the guest's root file system as the archive that the kernel unpacks. */
final class Initramfs {

  private static final List<String> FOLDERS =
      List.of(
          "bin",
          "sbin",
          "dev",
          "proc",
          "sys",
          "run",
          "tmp",
          "root",
          "etc",
          "etc/acpi",
          "etc/acpi/PWRF",
          "etc/dropbear",
          "lib",
          "lib/modules",
          "lib64",
          "usr",
          "usr/bin",
          "usr/sbin",
          "var");
  private static final int CONSOLE_MAJOR = 5;
  private static final int CONSOLE_MINOR = 1;

  private final CpioArchiveOutputStream archive;
  private long inode = 1;

  private Initramfs(OutputStream output) {
    archive = new CpioArchiveOutputStream(output);
  }

  /**
   * Writes it, uncompressed: that boots a third of a second faster under emulation.
   *
   * @param applets names that busybox answers to
   * @param modules files by name, without the ending
   */
  static void write(Path target, Path busybox, List<String> applets, Map<String, Path> modules)
      throws IOException {
    try (OutputStream output = new BufferedOutputStream(Files.newOutputStream(target))) {
      Initramfs initramfs = new Initramfs(output);
      initramfs.content(busybox, applets, modules);
      initramfs.access();
      initramfs.archive.finish();
    }
  }

  /** Writes what the guest unpacks over it once it has started. */
  static void writePrograms(Path target, Map<String, Path> programs) throws IOException {
    try (OutputStream output = new BufferedOutputStream(Files.newOutputStream(target))) {
      Initramfs initramfs = new Initramfs(output);
      for (Map.Entry<String, Path> program : programs.entrySet()) {
        initramfs.entry(
            program.getKey(), CpioConstants.C_ISREG | 0755, Files.readAllBytes(program.getValue()));
      }
      initramfs.archive.finish();
    }
  }

  private void content(Path busybox, List<String> applets, Map<String, Path> modules)
      throws IOException {
    for (String folder : FOLDERS) {
      entry(folder, CpioConstants.C_ISDIR | 0755, new byte[0]);
    }
    // Without it the first process has no output until /dev is mounted.
    CpioArchiveEntry console = header("dev/console", CpioConstants.C_ISCHR | 0600, 0);
    console.setRemoteDeviceMaj(CONSOLE_MAJOR);
    console.setRemoteDeviceMin(CONSOLE_MINOR);
    archive.putArchiveEntry(console);
    archive.closeArchiveEntry();

    entry("bin/busybox", CpioConstants.C_ISREG | 0755, Files.readAllBytes(busybox));
    for (String applet : applets) {
      boolean known = FOLDERS.stream().anyMatch(f -> applet.startsWith(f + "/"));
      String path = known ? applet : "bin/" + applet.substring(applet.lastIndexOf('/') + 1);
      if (!path.equals("bin/busybox")) {
        entry(path, CpioConstants.C_ISLNK | 0777, text("/bin/busybox"));
      }
    }
    for (String module : GuestScripts.MODULES) {
      Path file = modules.get(module);
      if (file == null) {
        throw new IOException("Expected the kernel package to have the module " + module);
      }
      entry(
          "lib/modules/" + module + ".ko", CpioConstants.C_ISREG | 0644, Files.readAllBytes(file));
    }
    script("init", GuestScripts.INIT);
    script("etc/cidata", GuestScripts.CIDATA);
    script("etc/udhcpc.script", GuestScripts.DHCP);
    script("etc/acpi/PWRF/00000080", GuestScripts.POWER_BUTTON);
    file("etc/inittab", GuestScripts.INITTAB);
    file("etc/modules", String.join("\n", GuestScripts.MODULES) + "\n");
    file("etc/passwd", "root::0:0:root:/root:/bin/sh\n");
    file("etc/group", "root:x:0:\n");
    file("etc/issue", "Vireo tiny guest, log in as root without a password\n");
    file("etc/hosts", "127.0.0.1\tlocalhost\n");
  }

  private void access() throws IOException {
    script("etc/services", AccessScripts.SERVICES);
    script("etc/cloud-config", AccessScripts.CLOUD_CONFIG);
    file("etc/os-release", AccessScripts.OS_RELEASE);
  }

  private void script(String path, String content) throws IOException {
    entry(path, CpioConstants.C_ISREG | 0755, text(content));
  }

  private void file(String path, String content) throws IOException {
    entry(path, CpioConstants.C_ISREG | 0644, text(content));
  }

  private static byte[] text(String content) {
    return content.getBytes(StandardCharsets.UTF_8);
  }

  private void entry(String path, int mode, byte[] content) throws IOException {
    archive.putArchiveEntry(header(path, mode, content.length));
    archive.write(content);
    archive.closeArchiveEntry();
  }

  private CpioArchiveEntry header(String path, int mode, long size) {
    CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, path, size);
    entry.setMode(mode);
    entry.setInode(inode++);
    entry.setTime(0);
    entry.setNumberOfLinks(1);
    return entry;
  }
}
