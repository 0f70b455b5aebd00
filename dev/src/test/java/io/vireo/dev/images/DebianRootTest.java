package io.vireo.dev.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebianRootTest {

  private static final DebianRoot ROOT =
      new DebianRoot(
          "thing-root",
          List.of("libc6", "dash"),
          Set.of("sh", "dash"),
          List.of(Pattern.compile("usr/share/qemu/.*")),
          List.of(Pattern.compile("usr/share/qemu/.*ppc.*")),
          List.of(Layer.text("etc/passwd", 0644, "root:x:0:0:root:/:/bin/sh\n")));

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          bin,                                              true
          lib64,                                            true
          usr/bin/dash,                                     true
          usr/sbin/sh,                                      true
          usr/bin/perl,                                     false
          usr/sbin/unix_chkpwd,                             false
          usr/lib/x86_64-linux-gnu/libc.so.6,               true
          usr/lib/x86_64-linux-gnu/gconv/UTF-16.so,         false
          usr/lib64/ld-linux-x86-64.so.2,                   true
          usr/lib/systemd/system/x.service,                 false
          usr/share/doc/libc6/copyright,                    true
          usr/share/doc/libc6/changelog.gz,                 false
          usr/share/man/man1/dash.1.gz,                     false
          usr/share/locale/de/LC_MESSAGES/libc.mo,          false
          usr/share/qemu/bios.bin,                          true
          usr/share/qemu/openbios-ppc,                      false
          etc/apt/sources.list,                             false
          var/lib/dpkg/status.d/libc6,                      true
          var/lib/dpkg/status,                              false
          dev/null,                                         false
          """)
  void shouldKeepProgramsLibrariesAndNamedData(String path, boolean kept) {
    assertThat(ROOT.keeps(path)).isEqualTo(kept);
  }

  @Test
  void shouldHaveAnotherRecipeWhenAnythingChanges() {
    DebianRoot more =
        new DebianRoot(
            "thing-root",
            List.of("libc6", "dash", "tini"),
            ROOT.programs(),
            ROOT.data(),
            ROOT.dropped(),
            ROOT.files());
    DebianRoot otherFile =
        new DebianRoot(
            "thing-root",
            ROOT.packages(),
            ROOT.programs(),
            ROOT.data(),
            ROOT.dropped(),
            List.of(Layer.text("etc/passwd", 0644, "")));

    assertThat(ROOT.recipe()).isEqualTo(ROOT.recipe()).hasSize(16);
    assertThat(Set.of(ROOT.recipe(), more.recipe(), otherFile.recipe())).hasSize(3);
  }

  @Test
  void shouldTakeOnlyWhatDebianSigned() {
    assertThat(DebianImage.command(ROOT, Path.of("/x/root.tar")))
        .startsWith("mmdebstrap", "--variant=extract")
        .contains("--keyring=/usr/share/keyrings/debian-archive-keyring.gpg")
        .contains("--include=libc6,dash")
        .endsWith("bookworm", "/x/root.tar");
  }

  @Test
  void shouldKnowTheLaunchersUsers() {
    assertThat(file(DebianRoots.launcher(), "etc/passwd"))
        .contains("root:x:0:0:", "\nqemu:x:107:107:", "\nlibvirt-qemu:x:");
    assertThat(file(DebianRoots.launcher(), "etc/group"))
        .contains("root:x:0:", "\nqemu:x:107:", "\nkvm:x:", "\nlibvirt-qemu:x:");
  }

  @ParameterizedTest
  @CsvSource({
    "libvirt_driver_qemu.so, true",
    "libvirt_driver_secret.so, true",
    "libvirt_driver_network.so, false",
    "libvirt_driver_nwfilter.so, false"
  })
  void shouldGiveTheLauncherTheDriversThatItUses(String driver, boolean kept) {
    String folder = "usr/lib/x86_64-linux-gnu/libvirt/connection-driver/";

    assertThat(DebianRoots.launcher().keeps(folder + driver)).isEqualTo(kept);
  }

  @Test
  void shouldNameEachRootApart() {
    assertThat(DebianRoots.all().stream().map(DebianRoot::name)).doesNotHaveDuplicates();
    assertThat(DebianRoots.all().stream().map(DebianRoot::recipe)).doesNotHaveDuplicates();
  }

  private static String file(DebianRoot root, String path) {
    return root.files().stream()
        .filter(entry -> entry.path().equals(path))
        .map(entry -> ((Layer.TextEntry) entry).content())
        .findFirst()
        .orElseThrow();
  }
}
