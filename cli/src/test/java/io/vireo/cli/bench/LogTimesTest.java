package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogTimesTest {

  private static final String LAUNCHER =
      """
      2026-11-26T19:17:41.480Z Launcher of default/tiny, epoch 1
      libvirt: QEMU runs
      2026-11-26T19:17:42Z Disks and libvirtd are ready
      2026-11-26T19:17:42.901Z QEMU runs
      2026-11-26T19:17:50.001Z QEMU runs
      """;

  private static final String EXECUTOR =
      """
      2026-11-26T19:17:40.000Z INFO  [main] i.v.n.NodeExecutorMain Node executor started node="node1"
      2026-11-26T21:17:41.700+02:00 INFO  [x] i.v.n.l.LauncherHub A launcher dialled in pod="default/a-1"
      2026-11-26T19:17:42.800Z INFO  [x] i.v.n.l.LauncherHub A launcher dialled in pod="default/a-10"
      """;

  @Test
  void shouldFindTheFirstLineOfTheLauncher() {
    assertThat(LogTimes.launcher(LAUNCHER, LogTimes.LAUNCHER))
        .contains(Instant.parse("2026-11-26T19:17:41.480Z"));
    assertThat(LogTimes.launcher(LAUNCHER, LogTimes.LIBVIRTD))
        .contains(Instant.parse("2026-11-26T19:17:42Z"));
    assertThat(LogTimes.launcher(LAUNCHER, LogTimes.QEMU))
        .contains(Instant.parse("2026-11-26T19:17:42.901Z"));
  }

  @Test
  void shouldFindNoLineThatWasNotSaid() {
    assertThat(LogTimes.launcher(LAUNCHER, "The guest ended")).isEmpty();
    assertThat(LogTimes.launcher("", LogTimes.QEMU)).isEmpty();
  }

  @Test
  void shouldFindWhenExactlyThisPodDialledIn() {
    assertThat(LogTimes.dialledIn(EXECUTOR, "default/a-1"))
        .contains(Instant.parse("2026-11-26T19:17:41.700Z"));
    assertThat(LogTimes.dialledIn(EXECUTOR, "default/a-10"))
        .contains(Instant.parse("2026-11-26T19:17:42.800Z"));
    assertThat(LogTimes.dialledIn(EXECUTOR, "default/a")).isEmpty();
  }
}
