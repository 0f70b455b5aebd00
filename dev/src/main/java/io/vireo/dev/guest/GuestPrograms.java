package io.vireo.dev.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Programs of Debian that the guest has besides busybox, with the libraries that they need.
 *
 * @param files by their paths in the guest
 */
record GuestPrograms(Map<String, Path> files) {

  private static final List<String> PACKAGES =
      List.of(
          "qemu-guest-agent",
          "dropbear-bin",
          "dhcpcd-base",
          "libc6",
          "libcrypt1",
          "libglib2.0-0",
          "libgmp10",
          "libnuma1",
          "libpcre2-8-0",
          "libtomcrypt1",
          "libtommath1",
          "libudev1",
          "liburing2",
          "zlib1g");

  private static final List<String> PROGRAMS =
      List.of("usr/sbin/qemu-ga", "usr/sbin/dropbear", "usr/sbin/dhcpcd");

  private static final String LOADER = "ld-linux-x86-64.so.2";

  /** By the names that the programs know them by. */
  private static final List<String> LIBRARIES =
      List.of(
          "libc.so.6",
          "libm.so.6",
          "libcrypt.so.1",
          "libglib-2.0.so.0",
          "libgmodule-2.0.so.0",
          "libgmp.so.10",
          "libnuma.so.1",
          "libpcre2-8.so.0",
          "libtomcrypt.so.1",
          "libtommath.so.1",
          "libudev.so.1",
          "liburing.so.2",
          "libz.so.1");

  GuestPrograms {
    files = new TreeMap<>(files);
  }

  /** What it consists of, for the image's recipe. */
  static String recipe() {
    return PROGRAMS + " " + LIBRARIES;
  }

  /** Downloads and unpacks them, unless they are there already. */
  static GuestPrograms fetch(Path workDir, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path unpacked = workDir.resolve("programs");
    if (!Files.isDirectory(unpacked)) {
      Path fresh = Files.createTempDirectory(workDir, "programs-new");
      progress.accept(
          "Downloading the guest's agent, ssh server and DHCPv6 client from Debian (6 MB)");
      List<String> download = new ArrayList<>(List.of("apt-get", "download", "-q"));
      download.addAll(PACKAGES);
      Command.run(fresh, download.toArray(String[]::new));
      Command.run(
          fresh,
          "sh",
          "-c",
          "for deb in ./*.deb; do dpkg-deb -x \"$deb\" . || exit 1; rm \"$deb\"; done");
      Files.move(fresh, unpacked);
    }
    Map<String, Path> files = new TreeMap<>();
    for (String program : PROGRAMS) {
      files.put(program, existing(unpacked.resolve(program)));
    }
    files.put("lib64/" + LOADER, library(unpacked, LOADER));
    for (String library : LIBRARIES) {
      files.put("lib/" + library, library(unpacked, library));
    }
    return new GuestPrograms(files);
  }

  /** The file behind a library's name, which is a link to it as a rule. */
  private static Path library(Path unpacked, String name) throws IOException {
    Path old = unpacked.resolve("lib/x86_64-linux-gnu").resolve(name);
    return existing(
        Files.exists(old) ? old : unpacked.resolve("usr/lib/x86_64-linux-gnu").resolve(name));
  }

  private static Path existing(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("Expected Debian's packages to have " + file);
    }
    return file.toRealPath();
  }
}
