package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DiskLoadTest {

  @Test
  void shouldWriteOnceThroughTheDisk() {
    assertThat(DiskLoad.WRITE.function())
        .isEqualTo(
            "load_write() ( for i in 0; do (dd if=/dev/zero of=/dev/vdb bs=1048576 count=256"
                + " seek=$((i*256)) oflag=direct conv=notrunc,fsync 2>/dev/null || echo LOAD-FAILED) & done;"
                + " wait )");
    assertThat(DiskLoad.WRITE.bytes(3)).isEqualTo(3L * 256 << 20);
  }

  @Test
  void shouldReadSmallBlocksAtFourPlaces() {
    assertThat(DiskLoad.READ_SMALL.function())
        .isEqualTo(
            "load_readSmall() ( for i in 0 1 2 3; do (dd if=/dev/vdb of=/dev/null bs=4096 count=500"
                + " skip=$((i*16384)) iflag=direct 2>/dev/null || echo LOAD-FAILED) & done; wait )");
    assertThat(DiskLoad.READ_SMALL.bytes(1)).isEqualTo(4 * 500 * 4096L);
  }

  /** By a shell, on a file for the disk; past the cache is the disk's matter. */
  @ParameterizedTest
  @EnumSource
  void shouldBeUnderstoodByAShell(DiskLoad load, @TempDir Path folder) throws Exception {
    Path disk = Files.createFile(folder.resolve("disk"));
    String function =
        load.function().replace("/dev/vdb", disk.toString()).replaceAll("[io]flag=direct", "");

    String output = shell(DiskLoad.timer() + "\n" + function + "\n" + load.command(1) + "; echo");

    assertThat(DiskLoad.isAnswer(output)).as(output).isTrue();
    assertThat(output).doesNotContain("FAILED");
    assertThat(Files.size(disk)).isEqualTo(expectedSize(load));
  }

  private static long expectedSize(DiskLoad load) {
    return switch (load) {
      case WRITE -> 256L << 20;
      case WRITE_SMALL -> (3 * 16384L + 500) * 4096;
      case READ, READ_SMALL -> 0;
    };
  }

  @Test
  void shouldSayThatADiskFails() throws Exception {
    String function = DiskLoad.READ.function().replace("/dev/vdb", "/no/such/disk");

    String output =
        shell(DiskLoad.timer() + "\n" + function + "\n" + DiskLoad.READ.command(1) + "; echo");

    assertThat(DiskLoad.isAnswer(output)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiskLoad.seconds(output))
        .withMessageContaining("LOAD-FAILED");
  }

  private static String shell(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of("sh", "-c", script)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void shouldReadTheGuestsClock() {
    assertThat(DiskLoad.seconds("timed write 2\r\nTOOK=12.50:15.75=\r\n/ # ")).isEqualTo(3.25);
  }

  @Test
  void shouldNotTakeTheEchoOfWhatIsTypedForAnAnswer() {
    assertThat(DiskLoad.isAnswer(DiskLoad.timer() + "\r\n")).isFalse();
    assertThat(DiskLoad.isAnswer("timed write 2\r\nTOOK=12.5")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"TOOK=3.00:3.00=", "TOOK=3.00:2.00=", "TOOK=a:b=", "''"})
  void shouldNotTakeForATimeWhatIsNone(String output) {
    assertThatIllegalArgumentException().isThrownBy(() -> DiskLoad.seconds(output));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 2, 4", "2, 2, 1", "30, 2, 1", "0.001, 2, 100", "0.35, 2, 6"})
  void shouldRepeatALoadUntilItTakesLongEnough(double one, double wanted, int rounds) {
    assertThat(DiskLoad.rounds(one, wanted)).isEqualTo(rounds);
  }
}
