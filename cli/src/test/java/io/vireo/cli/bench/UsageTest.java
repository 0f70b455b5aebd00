package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.measure.PodMemory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageTest {

  @Test
  void shouldTakeTheGuestAndTranslatedCodeFromTheGroupsUsage() {
    Usage usage = new Usage(new PodMemory(45, 98, 89, 54), 216.5, 6, 0.5, 0);

    assertThat(usage.groupOverheadMib()).isEqualTo(64.5);
  }

  @Test
  void shouldFindWhereTheRootIsWrittenTo() {
    assertThat(
            Usage.upperFolder(
                List.of(
                    "1 2 0:5 / /proc rw - proc proc rw",
                    "3 2 0:6 / /a rw - overlay overlay rw,lowerdir=/l,upperdir=/var/lib/other",
                    "4 2 0:7 / / ro,relatime master:1 - overlay overlay"
                        + " rw,lowerdir=/l1:/l2,upperdir=/var/lib/c/7/fs,workdir=/var/lib/c/7/w")))
        .contains(Path.of("/var/lib/c/7/fs"));
  }

  @Test
  void shouldFindNothingWhereTheRootIsNoOverlay() {
    assertThat(Usage.upperFolder(List.of("4 2 0:7 / / rw - ext4 /dev/vda rw"))).isEmpty();
  }
}
