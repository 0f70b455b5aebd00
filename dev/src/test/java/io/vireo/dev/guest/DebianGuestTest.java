package io.vireo.dev.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.dev.images.Layer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DebianGuestTest {

  private static final List<String> COMMAND =
      DebianGuest.command(Path.of("/work/files.tar"), Path.of("/work/root.tar"));

  private static String text(String path) {
    return DebianGuestFiles.ENTRIES.stream()
        .filter(entry -> entry.path().equals(path))
        .map(entry -> ((Layer.TextEntry) entry).content())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldTakeWhatDebiansOwnKeysSignedAndNameTheTime() {
    assertThat(COMMAND)
        .contains("--keyring=/usr/share/keyrings/debian-archive-keyring.gpg")
        .contains("SOURCE_DATE_EPOCH=1686355200")
        .endsWith("bookworm", "/work/root.tar");
  }

  @Test
  void shouldLayItsFilesBeforeTheKernelsInitramfsAndOverWhatTheBuildLeft() {
    String lay = "hook=tar-in '/work/files.tar' /";
    assertThat(COMMAND).contains("--essential-" + lay, "--customize-" + lay);
  }

  @Test
  void shouldLeaveNothingThatIsEachGuestsOwn() {
    assertThat(COMMAND)
        .anySatisfy(
            step ->
                assertThat(step)
                    .contains("etc/ssh/ssh_host_*", ": >etc/machine-id", "systemd/random-seed"));
    assertThat(text("etc/hostname")).isEqualTo("debian\n");
    assertThat(text("etc/cloud/cloud.cfg.d/90_vireo.cfg")).contains("ssh_pwauth: false");
  }

  @Test
  void shouldLookForCloudInitsDataOnlyWhereAVirtualMachineHasIt() {
    // One line: the program that looks first reads no other form of a list.
    assertThat(text("etc/cloud/cloud.cfg.d/90_vireo.cfg"))
        .startsWith("datasource_list: [NoCloud, ConfigDrive, None]\n");
  }
}
