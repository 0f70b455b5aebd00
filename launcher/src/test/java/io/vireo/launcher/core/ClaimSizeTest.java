package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimSizeTest {

  @ParameterizedTest
  @CsvSource({
    // Room for all of it.
    "1073741824, 2000000000, 1073741824",
    "1073741824, 1073872896, 1073741824",
    // Less than the reserve is missing, or up to a tenth: as large as there is room.
    "1073741824, 1073741824, 1073610752",
    "1073741824, 1000000000, 999866368",
    "1073741824,  966498714, 966365184",
    // Not a whole number of blocks.
    "1000000,    2000000000, 999424",
    "17592186044416, 9223372036854775807, 17592186044416",
  })
  void shouldBeAsLargeAsTheClaimOrALittleLess(long demanded, long usable, long size)
      throws Exception {
    assertThat(ClaimSize.of(demanded, usable)).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({
    "1073741824, 966000000",
    "1073741824, 0",
    "1073741824, 131072",
    "1000,       2000000000",
    "17592186044416, 1073741824",
  })
  void shouldSayThatTheClaimIsTooSmall(long demanded, long usable) {
    assertThatThrownBy(() -> ClaimSize.of(demanded, usable))
        .isInstanceOf(ClaimSize.TooSmallException.class)
        .hasMessageContaining(Long.toString(demanded));
  }
}
