package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0  | 4b444d56         | VMDK",
        "0  | 434f5744         | VMDK",
        "0  | 23204469736b2044657363726970746f7246696c65 | VMDK",
        "0  | 636f6e6563746978 | VHD",
        "0  | 7668647866696c65 | VHDX",
        "64 | 7f10dabe         | VDI",
        "0  | 4c554b53babe     | LUKS",
        "0  | 51454400         | QED",
        "0  | 576974686f7574467265655370616365 | Parallels",
        "0  | 576974686f7546726553706163457874 | Parallels",
        "0  | 426f636873205669727475616c20484420496d616765 | Bochs",
        "0  | 23212f62696e2f73680a2356322e3020466f726d61740a | cloop",
        "0  | 1f8b08           | gzip",
        "0  | fd377a585a00     | xz",
        "0  | 28b52ffd         | Zstandard",
        "0  | 425a6839314159265359 | bzip2",
        "0  | 504b0304         | zip",
      })
  void shouldRefuseOtherFormatsInsteadOfTakingThemAsRaw(int offset, String magic, String format) {
    byte[] bytes = HexFormat.of().parseHex(magic);
    byte[] header = new byte[DiskImage.HEADER_BYTES];
    System.arraycopy(bytes, 0, header, offset, bytes.length);

    assertThatThrownBy(() -> DiskImage.inspect("a.img", header, 1 << 20))
        .isInstanceOf(DiskImage.InvalidException.class)
        .hasMessageContaining("a.img")
        .hasMessageEndingWith("begins like " + format);
  }

  @Test
  void shouldTakeRawThatOnlyBeginsLikeAnother() throws Exception {
    byte[] header = Arrays.copyOf("KDM".getBytes(StandardCharsets.US_ASCII), 104);

    assertThat(DiskImage.inspect("a.vmdk", header, 1 << 20)).isEqualTo(new DiskImage("raw"));
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
