package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFailureTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "internal error: process exited while connecting to monitor: 2026-11-26T21:00:00.000000Z qemu-system-x86_64: -device {}: Failed to get \"write\" lock Is another process using the image [/var/run/kubevirt-ephemeral-disks/my-data.img]? | DiskInUse | Volume my-data: its disk",
        "Failed to get shared \"write\" lock | DiskInUse | A disk is in use",
        "Failed to get \"consistent read\" lock Is another process using the image [x]? | DiskInUse | Volume x: its disk",
        "internal error: Failed to get the lock of something | SyncFailed | internal error: Failed to get the lock",
        "unsupported configuration: no | SyncFailed | unsupported configuration: no",
      })
  void shouldSayWhatIsWrong(String message, String reason, String words) {
    StartFailure failure = StartFailure.of(message);

    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.message()).startsWith(words);
  }
}
