package io.vireo.dev.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BootSectorTest {

  private static final byte[] LOADER = loader(512);

  private static byte[] loader(int length) {
    byte[] loader = new byte[length];
    Arrays.fill(loader, (byte) 0x90);
    return loader;
  }

  @Test
  void shouldHaveTheLoaderOnePartitionAndTheSignature() {
    byte[] sector = BootSector.of(LOADER, 2048, 4192256);

    assertThat(sector).hasSize(512);
    assertThat(Arrays.copyOf(sector, 440)).containsOnly(0x90);
    // What the loader has there is not code: the disk's number, and an empty table.
    assertThat(Arrays.copyOfRange(sector, 440, 446)).containsOnly(0);
    ByteBuffer table = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(table.get(446)).as("active").isEqualTo((byte) 0x80);
    assertThat(table.get(450)).as("type").isEqualTo((byte) 0x83);
    assertThat(table.getInt(454)).isEqualTo(2048);
    assertThat(table.getInt(458)).isEqualTo(4192256);
    assertThat(Arrays.copyOfRange(sector, 462, 510)).as("three empty entries").containsOnly(0);
    assertThat(Arrays.copyOfRange(sector, 510, 512)).containsExactly(0x55, 0xaa);
  }

  @Test
  void shouldRefuseWhatIsNoLoaderAndWhatTheTableCannotSay() {
    assertThatThrownBy(() -> BootSector.of(loader(100), 2048, 1))
        .hasMessageContaining("Expected a boot loader of 440 bytes, but it has 100");
    assertThatThrownBy(() -> BootSector.of(LOADER, 2048, 1L << 32))
        .isInstanceOf(ArithmeticException.class);
  }
}
