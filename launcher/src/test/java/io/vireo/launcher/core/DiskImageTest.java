package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskImageTest {

  private static byte[] qcow2(int version, long backing, long size, long incompatible) {
    return ByteBuffer.allocate(DiskImage.HEADER_BYTES)
        .putInt(0, 0x514649fb)
        .putInt(4, version)
        .putLong(8, backing)
        .putLong(24, size)
        .putLong(72, incompatible)
        .array();
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "3, 0", "3, 1", "3, 8"})
  void shouldTakeQcow2(int version, long incompatible) throws Exception {
    assertThat(DiskImage.inspect("a.img", qcow2(version, 0, 1 << 20, incompatible), 200_000))
        .isEqualTo(new DiskImage("qcow2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 0    | 1048576             | 0 | version",
        "4 | 0    | 1048576             | 0 | version",
        "3 | 4096 | 1048576             | 0 | backing file",
        "2 | -1   | 1048576             | 0 | backing file",
        "3 | 0    | 0                   | 0 | virtual size",
        "3 | 0    | -1                  | 0 | virtual size",
        "3 | 0    | 17592186044417      | 0 | virtual size",
        "3 | 0    | 9223372036854775807 | 0 | virtual size",
        "3 | 0    | 1048576             | 4 | external data file",
      })
  void shouldRefuseQcow2ThatReachesOutOrIsTooLarge(
      int version, long backing, long size, long incompatible, String word) {
    assertThatThrownBy(
            () ->
                DiskImage.inspect("a.qcow2", qcow2(version, backing, size, incompatible), 200_000))
        .isInstanceOf(DiskImage.InvalidException.class)
        .hasMessageContaining("a.qcow2")
        .hasMessageContaining(word);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 24, 31, 71, 79})
  void shouldRefuseAHeaderThatEndsEarly(int length) {
    byte[] header = Arrays.copyOf(qcow2(3, 0, 1 << 20, 0), length);

    assertThatThrownBy(() -> DiskImage.inspect("a.qcow2", header, length))
        .isInstanceOf(DiskImage.InvalidException.class);
  }

  @ParameterizedTest
  @CsvSource({"512", "1048576", "17592186044416"})
  void shouldTakeRaw(long size) throws Exception {
    assertThat(DiskImage.inspect("a.img", new byte[104], size)).isEqualTo(new DiskImage("raw"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.img   | 0              | multiple of 512",
        "a.img   | 511            | multiple of 512",
        "a.img   | 513            | multiple of 512",
        "a.img   | 17592186044928 | at most 16 TiB",
        "a.qcow2 | 1048576        | does not begin like one",
      })
  void shouldRefuseRawThatIsNoDisk(String name, long size, String word) {
    assertThatThrownBy(() -> DiskImage.inspect(name, new byte[(int) Math.min(size, 104)], size))
        .isInstanceOf(DiskImage.InvalidException.class)
        .hasMessageContaining(word);
  }

  @Test
  void shouldAnswerAnyBytesWithAnImageOrARefusal() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] header = new byte[random.nextInt(105)];
      random.nextBytes(header);
      if (header.length >= 4 && random.nextBoolean()) {
        ByteBuffer.wrap(header).putInt(0, 0x514649fb);
      }
      try {
        assertThat(DiskImage.inspect("x", header, header.length).format()).isIn("raw", "qcow2");
      } catch (DiskImage.InvalidException e) {
        assertThat(e.getMessage()).startsWith("Expected x");
      }
    }
  }
}
