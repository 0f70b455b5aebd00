package io.vireo.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SmapsTest {

  private static final String QEMU =
      """
      55d0a0000000-55d0a0600000 r-xp 00000000 fe:00 1234                       /usr/bin/qemu-system-x86_64
      Size:               6144 kB
      KernelPageSize:        4 kB
      Rss:                5000 kB
      Pss:                2500 kB
      Pss_Dirty:             0 kB
      7f0000000000-7f0040000000 rwxp 00000000 00:00 0
      Size:            1048576 kB
      Rss:               20000 kB
      Pss:               20000 kB
      7f0100000000-7f0108000000 ---p 00000000 00:00 0
      Size:             131072 kB
      Rss:                   0 kB
      Pss:                   0 kB
      7f0200000000-7f0208000000 rw-p 00000000 00:00 0                          [anon: ram]
      Size:             131072 kB
      Rss:               90000 kB
      Pss:               89000 kB
      VmFlags: rd wr mr mw me ac
      7f0300000000-7f0300021000 rw-p 00000000 00:00 0
      Size:                132 kB
      Rss:                 132 kB
      Pss:                 132 kB
      """;

  @Test
  void shouldTellTheGuestsMemoryFromTranslatedCodeAndPromises() {
    assertThat(Smaps.of(QEMU.lines().toList(), 128 * 1024)).isEqualTo(new Smaps(89000, 20000));
  }

  @Test
  void shouldFindNothingInAProcessWithoutAGuest() {
    assertThat(Smaps.of("".lines().toList(), 128 * 1024)).isEqualTo(new Smaps(0, 0));
  }
}
