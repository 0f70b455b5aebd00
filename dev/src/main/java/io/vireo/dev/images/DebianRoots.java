package io.vireo.dev.images;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The root file systems beneath Vireo's images. */
final class DebianRoots {

  /** Who the launcher runs as; KubeVirt's number, which storage is often prepared for. */
  static final int QEMU_ID = 107;

  /** Who the control plane runs as. */
  static final int SERVICE_ID = 65532;

  // The only locale that is used: names and words in UTF-8, nothing translated.
  private static final String LOCALE = "usr/lib/locale/C\\.utf8/.*";

  private static final List<String> JAVA_PACKAGES =
      List.of("libc6", "libc-bin", "libstdc++6", "zlib1g", "dash", "tini");
  private static final Set<String> JAVA_PROGRAMS = Set.of("sh", "dash", "tini");

  private DebianRoots() {}

  /** libvirt and QEMU with the firmware of this machine's kind. */
  static DebianRoot launcher() {
    return new DebianRoot(
        "launcher-root",
        List.of(
            "libc-bin",
            "libvirt-daemon",
            "libvirt-daemon-driver-qemu",
            "libvirt-clients",
            "qemu-system-x86",
            "qemu-utils",
            "ovmf",
            "seabios",
            "genisoimage",
            // The log of the serial console, and zones for the guest's clock.
            "coreutils",
            "tzdata",
            // Runs copy-disk in images of users, so it must not need a library; and capabilities.
            "busybox-static",
            "tini",
            "dash"),
        Set.of(
            "sh",
            "dash",
            "tini",
            "libvirtd",
            "virsh",
            "qemu-system-x86_64",
            "qemu-img",
            "genisoimage",
            "tail",
            "busybox"),
        patterns(
            LOCALE,
            "usr/share/(qemu|seabios|OVMF|libvirt)/.*",
            "usr/share/ovmf/OVMF\\.fd",
            "usr/share/zoneinfo/.*",
            "usr/lib/ipxe/.*",
            "usr/lib/libvirt/libvirt_iohelper"),
        patterns(
            // Each costs memory in every pod; nobody asks a launcher for networks or pools.
            ".*/connection-driver/libvirt_driver_(network|nodedev|interface|nwfilter|storage)\\.so",
            // Firmware and code for other machines, and devices of a desktop.
            "usr/share/qemu/(.*(ppc|sparc|riscv|s390|hppa|npcm).*|.*\\.dtb|skiboot\\.lid|slof\\.bin"
                + "|palcode-clipper|vof\\.bin|QEMU,.*|trace-events-all)",
            "usr/share/OVMF/.*snakeoil.*",
            "usr/share/zoneinfo/(posix|right)/.*",
            "usr/lib/[^/]+/qemu/(audio-.*|.*spice.*|.*-gl\\.so|.*opengl.*|.*egl.*|.*-qxl\\.so"
                + "|.*-baum\\.so|.*-curses\\.so|.*-dbus\\.so|.*smartcard.*|.*i386.*|.*s390x.*"
                + "|hw-usb-redirect\\.so)",
            "usr/lib/[^/]+/(gstreamer.*|vdeplug|sasl2|krb5|security)/.*",
            // What only those need.
            "usr/lib/[^/]+/lib(gst[a-z]+-1|gstreamer|spice-server|nss3|nssutil3|nssckbi|nssdbm3"
                + "|nspr4|softokn3|freebl.*|smime3|ssl3|epoxy|orc-|opus|sndio|asound|db-|sqlite3"
                + "|cacard|brlapi|semanage|sepol|icui18n|icuio|icutest|icutu)[.-].*"),
        files(
            """
            root:x:0:0:root:/:/usr/sbin/nologin
            qemu:x:%1$d:%1$d:QEMU:/:/usr/sbin/nologin
            libvirt-qemu:x:64055:%1$d:Libvirt QEMU:/:/usr/sbin/nologin
            """
                .formatted(QEMU_ID),
            """
            root:x:0:
            qemu:x:%d:
            kvm:x:104:
            libvirt-qemu:x:64055:
            """
                .formatted(QEMU_ID)));
  }

  /** What a Java needs. */
  static DebianRoot java() {
    return new DebianRoot(
        "java-root", JAVA_PACKAGES, JAVA_PROGRAMS, patterns(LOCALE), List.of(), serviceFiles());
  }

  /** What a Java with libvirt's client library needs. */
  static DebianRoot libvirtClient() {
    List<String> packages = new ArrayList<>(JAVA_PACKAGES);
    packages.add("libvirt0");
    return new DebianRoot(
        "libvirt-client-root",
        packages,
        JAVA_PROGRAMS,
        patterns(LOCALE, "usr/share/libvirt/cpu_map/.*"),
        patterns("usr/lib/[^/]+/(security|sasl2|krb5)/.*", "usr/lib/[^/]+/libicu(i18n|io|te?u).*"),
        serviceFiles());
  }

  /** What a Java needs, and the programs that change a network namespace. */
  static DebianRoot network() {
    List<String> packages = new ArrayList<>(JAVA_PACKAGES);
    packages.addAll(List.of("iproute2", "nftables", "util-linux"));
    return new DebianRoot(
        "network-root",
        packages,
        Set.of("sh", "dash", "tini", "ip", "nft", "nsenter"),
        patterns(LOCALE),
        List.of(),
        serviceFiles());
  }

  /** What a Java needs, and a shell with the programs that scripts of tests call. */
  static DebianRoot kafka() {
    List<String> packages = new ArrayList<>(JAVA_PACKAGES);
    packages.add("busybox-static");
    List<Layer.Entry> files = new ArrayList<>(serviceFiles());
    for (String program : List.of("env", "sed", "sleep", "tr")) {
      files.add(Layer.link("usr/bin/" + program, "busybox"));
    }
    // Named by scripts that ask for no more of it than any shell does.
    files.add(Layer.link("usr/bin/bash", "dash"));
    return new DebianRoot(
        "test-kafka-root",
        packages,
        Set.of("sh", "dash", "busybox"),
        List.of(),
        List.of(),
        List.copyOf(files));
  }

  /** Two programs without libraries: one that waits, one that buries the dead meanwhile. */
  static DebianRoot pause() {
    return new DebianRoot(
        "pause-root",
        List.of("tini", "busybox-static"),
        Set.of("tini-static", "busybox"),
        List.of(),
        patterns("usr/lib.*", "lib.*", "usr/share/doc/(?!tini/|busybox-static/).*"),
        List.of());
  }

  /** All of them. */
  static List<DebianRoot> all() {
    return List.of(launcher(), java(), libvirtClient(), network(), pause());
  }

  private static List<Layer.Entry> serviceFiles() {
    return files(
        """
        root:x:0:0:root:/:/usr/sbin/nologin
        vireo:x:%1$d:%1$d:Vireo:/:/usr/sbin/nologin
        """
            .formatted(SERVICE_ID),
        """
        root:x:0:
        vireo:x:%d:
        """
            .formatted(SERVICE_ID));
  }

  private static List<Layer.Entry> files(String passwd, String group) {
    return List.of(
        Layer.text("etc/passwd", 0644, passwd),
        Layer.text("etc/group", 0644, group),
        Layer.text("etc/nsswitch.conf", 0644, "passwd: files\ngroup: files\nhosts: files dns\n"),
        Layer.text(
            "etc/os-release",
            0644,
            "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=%s\nPRETTY_NAME=\"Debian 12 (parts)\"\n"
                .formatted(DebianRoot.SUITE)),
        Layer.folder("dev"),
        Layer.folder("proc"),
        Layer.folder("sys"),
        Layer.folder("run"),
        new Layer.FolderEntry("tmp", 01777),
        Layer.link("var/run", "/run"));
  }

  private static List<Pattern> patterns(String... texts) {
    return List.of(texts).stream().map(Pattern::compile).toList();
  }
}
