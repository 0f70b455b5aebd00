package io.vireo.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IoThreadsTest {

  /** Disks as letters: v virtio, d virtio with a thread of its own, s sata. */
  private static VmiSpec.Disk disk(int letter) {
    return new VmiSpec.Disk(
        "disk",
        "disk",
        letter == 's' ? "sata" : "virtio",
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new VmiSpec.Driver(Optional.empty(), Optional.empty(), Optional.empty(), letter == 'd'),
        new Volume.EmptyDisk(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "       | vvs   | 1 | 0 | ---",
        "shared | vvs   | 1 | 1 | 11-",
        "shared | vdvd  | 1 | 3 | 1213",
        "auto   | vvvvv | 1 | 2 | 12121",
        "auto   | vvv   | 4 | 3 | 123",
        "auto   | ddv   | 1 | 3 | 231",
        "       | vd    | 1 | 2 | 12",
        "shared | d     | 1 | 1 | 1",
        "shared | s     | 1 | 0 | -",
        "auto   | s     | 2 | 0 | -",
      })
  void shouldGiveEachDiskItsThread(
      String policy, String disks, int vcpus, int count, String expected) {
    IoThreads threads =
        IoThreads.assign(
            Optional.ofNullable(policy),
            disks.chars().mapToObj(IoThreadsTest::disk).toList(),
            vcpus);

    StringBuilder given = new StringBuilder();
    threads.ofDisk().forEach(t -> given.append(t.map(String::valueOf).orElse("-")));
    assertThat(given).hasToString(expected);
    assertThat(threads.count()).isEqualTo(count);
  }
}
