package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vireo.launcher.core.Options.BlockDisk;
import io.vireo.launcher.core.Options.ClaimDisk;
import io.vireo.launcher.core.Options.CloudInit;
import io.vireo.launcher.core.Options.ContainerDisk;
import io.vireo.launcher.core.Options.EmptyDisk;
import io.vireo.launcher.core.Options.EphemeralDisk;
import io.vireo.launcher.core.Options.FilesDisk;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  private static final String[] LEAST = {
    "--uid",
    "u-1",
    "--epoch",
    "3",
    "--namespace",
    "default",
    "--name",
    "tiny",
    "--hostname",
    "tiny-host",
    "--grace-period-seconds",
    "30"
  };

  private static Options parse(String more) {
    return Options.parse(
        Stream.concat(
                Stream.of(LEAST), more.isEmpty() ? Stream.empty() : Stream.of(more.split(" ")))
            .toArray(String[]::new));
  }

  @Test
  void shouldReadEverything() {
    Options options =
        parse(
            "--container-disk root=/disk/a=b.qcow2 --container-disk tools --empty-disk scratch=1073741824"
                + " --claim-disk data=2147483648 --claim-disk isos=0 --block-disk raw --shared-block-disk ours"
                + " --ephemeral-claim base --ephemeral-block other"
                + " --cloud-init-no-cloud seed --files-iso app=cfgdata --console-log-bytes 4096");

    assertThat(options.uid()).isEqualTo("u-1");
    assertThat(options.epoch()).isEqualTo(3);
    assertThat(options.namespace()).isEqualTo("default");
    assertThat(options.name()).isEqualTo("tiny");
    assertThat(options.hostname()).isEqualTo("tiny-host");
    assertThat(options.gracePeriodSeconds()).isEqualTo(30);
    assertThat(options.disks())
        .containsExactly(
            new ContainerDisk("root", Optional.of("/disk/a=b.qcow2")),
            new ContainerDisk("tools", Optional.empty()),
            new EmptyDisk("scratch", 1L << 30),
            new ClaimDisk("data", 2L << 30),
            new ClaimDisk("isos", 0),
            new BlockDisk("raw", true),
            new BlockDisk("ours", false),
            new EphemeralDisk("base", false),
            new EphemeralDisk("other", true),
            new CloudInit("seed"),
            new FilesDisk("app", "cfgdata"));
    assertThat(options.consoleLogBytes()).hasValue(4096);
    assertThat(parse("").consoleLogBytes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--epoch, Expected a value after --epoch",
    "--bogus 1, Unknown argument --bogus",
    "--epoch x, Expected --epoch to be a number",
    "--epoch 99999999999999999999, Expected --epoch to be a number",
    "--empty-disk scratch, Expected --empty-disk VOLUME=BYTES",
    "--empty-disk scratch=big, Expected --empty-disk to be a number",
    "--claim-disk data, Expected --claim-disk VOLUME=BYTES",
    "--claim-disk data=x, Expected --claim-disk to be a number",
    "--files-iso app, Expected --files-iso VOLUME=LABEL",
  })
  void shouldNameTheArgumentThatIsWrong(String arguments, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(arguments))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"0", "2", "4", "6", "8", "10"})
  void shouldWantEveryOption(int missing) {
    String[] arguments = new String[LEAST.length - 2];
    for (int i = 0, j = 0; i < LEAST.length; i++) {
      if (i != missing && i != missing + 1) {
        arguments[j++] = LEAST[i];
      }
    }

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(arguments))
        .withMessageContaining(LEAST[missing]);
  }
}
