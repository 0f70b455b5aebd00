package io.vireo.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks A4 and A6 by whoever can write to a claim that a VMI uses. */
class ClaimFileTest {

  private static final long MIB = 1L << 20;

  @TempDir Path folder;

  private Path claim;
  private Path disk;
  private Path secret;

  @BeforeEach
  void claim() throws IOException {
    claim = Files.createDirectory(folder.resolve("claim"));
    disk = claim.resolve("disk.img");
    secret = Files.write(folder.resolve("secret"), new byte[1024]);
  }

  private ClaimFile open(long bytes) throws Exception {
    return ClaimFile.open(claim, "data", bytes);
  }

  private void refused(long bytes, String... words) {
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(Disks.DiskException.class)
        .hasMessageContaining("Volume data")
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private static void raw(Path file, long size) throws IOException {
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(size);
    }
  }

  @Test
  void shouldMakeASparseDiskInAnEmptyClaim() throws Exception {
    ClaimFile opened = open(64 * MIB);

    assertThat(Files.size(disk)).isEqualTo(64 * MIB);
    Programs.Result blocks =
        Programs.run(10, Map.of(), List.of("stat", "--format=%b", disk.toString()));
    assertThat(Long.parseLong(blocks.output()) * 512).isLessThan(MIB);
    assertThat(Files.isSameFile(opened.stableName(), disk)).isTrue();
  }

  @Test
  void shouldTakeWhatIsThereAndLeaveItAsItIs() throws Exception {
    Files.write(disk, "data".repeat(1024).getBytes(StandardCharsets.US_ASCII));

    open(64 * MIB);

    assertThat(Files.size(disk)).isEqualTo(4096);
    assertThat(Files.readString(disk)).startsWith("data");
  }

  @Test
  void shouldFinishWhatALauncherBegan() throws Exception {
    Files.createFile(disk);

    open(64 * MIB);

    assertThat(Files.size(disk)).isEqualTo(64 * MIB);
  }

  @Test
  void shouldMakeNothingInAClaimThatIsOnlyRead() {
    refused(0, "there is none");
    assertThat(disk).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 64 * MIB})
  void shouldFollowNoLink(long bytes) throws IOException {
    Files.createSymbolicLink(disk, secret);

    refused(bytes, "plain file", "link");
    assertThat(Files.size(secret)).isEqualTo(1024);
  }

  @Test
  void shouldFollowNoLinkThatLeadsNowhere() throws IOException {
    Files.createSymbolicLink(disk, folder.resolve("made-by-an-attack"));

    refused(64 * MIB, "link");
    assertThat(folder.resolve("made-by-an-attack")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/proc/self/fd/0", "/proc/self/root/etc/passwd", "../secret", "/etc/passwd"})
  void shouldFollowNoLinkOfTheKernelOrOutOfTheClaim(String target) throws IOException {
    Files.createSymbolicLink(disk, Path.of(target));

    refused(64 * MIB, "link");
  }

  @Test
  void shouldRefuseAHardLink() throws IOException {
    Files.createLink(disk, secret);

    refused(64 * MIB, "hard links");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 64 * MIB})
  void shouldNotWaitForTheOtherEndOfAPipe(long bytes) throws Exception {
    assumeTrue(
        Programs.run(10, Map.of(), List.of("mkfifo", disk.toString())).isSuccess(), "no mkfifo");

    refused(bytes, "pipe");
  }

  @Test
  void shouldRefuseAFolder() throws IOException {
    Files.createDirectory(disk);

    refused(64 * MIB, "folder");
  }

  @Test
  void shouldRefuseADevice() throws Exception {
    assumeTrue(
        Programs.run(10, Map.of(), List.of("mknod", disk.toString(), "c", "1", "5")).isSuccess(),
        "only root makes devices");

    refused(64 * MIB, "device");
  }

  @ParameterizedTest
  @CsvSource({
    "514649fb00000003, qcow2",
    "4b444d56, VMDK",
    "636f6e6563746978, VHD",
    "7668647866696c65, VHDX",
    "51454400, QED",
  })
  void shouldRefuseAnImageThatIsNotRaw(String header, String format) throws IOException {
    raw(disk, MIB);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.write(HexFormat.of().parseHex(header));
    }

    refused(64 * MIB, "raw", format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4c554b53babe", "1f8b08", "504b0304"})
  void shouldTakeWhatAGuestMayHaveWrittenToItsDisk(String header) throws Exception {
    raw(disk, MIB);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.write(HexFormat.of().parseHex(header));
    }

    assertThat(Files.isSameFile(open(64 * MIB).stableName(), disk)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 511, 513, MIB + 1, (16L << 40) + 512})
  void shouldRefuseASizeThatIsNoDisks(long size) throws IOException {
    try {
      raw(disk, size);
    } catch (IOException e) {
      assumeTrue(false, "this file system has no file of " + size + " bytes");
    }

    refused(64 * MIB, size > 16 * MIB ? "at most 16 TiB" : "multiple of 512");
  }

  /** A name of the claim would lead QEMU to what an attacker put there after the check. */
  @Test
  void shouldKeepTheFileThatWasChecked() throws Exception {
    raw(disk, MIB);
    ClaimFile opened = open(64 * MIB);
    Path checked = Files.move(disk, claim.resolve("moved.img"), StandardCopyOption.ATOMIC_MOVE);
    Files.createSymbolicLink(disk, secret);

    assertThat(Files.isSameFile(opened.stableName(), checked)).isTrue();
    assertThat(Files.isSameFile(opened.stableName(), secret)).isFalse();
  }

  @Test
  void shouldSayThatTheClaimIsTooSmall() {
    assertThatThrownBy(() -> open(16L << 40))
        .isInstanceOf(Disks.DiskException.class)
        .hasMessageContaining("bytes free")
        .extracting(e -> ((Disks.DiskException) e).reason())
        .isEqualTo("ClaimTooSmall");
  }
}
