package io.vireo.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.network.Descriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One device under two device nodes, as two pods of a node have it. */
class BlockDeviceTest {

  @TempDir Path folder;

  private @Nullable String loop;

  @AfterEach
  void detach() throws Exception {
    if (loop != null) {
      run("losetup", "--detach", loop);
    }
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes()).strip();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  /** Two device nodes of one new device. */
  private Path[] nodes() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root makes a device");
    Path file = folder.resolve("file");
    try (RandomAccessFile fresh = new RandomAccessFile(file.toFile(), "rw")) {
      fresh.setLength(1 << 20);
    }
    Path[] nodes = {folder.resolve("vireo-a"), folder.resolve("vireo-b")};
    try {
      loop = run("losetup", "--find", "--show", file.toString());
      String[] numbers = run("stat", "--format=%Hr %Lr", loop).split(" ");
      for (Path node : nodes) {
        run("mknod", node.toString(), "b", numbers[0], numbers[1]);
        new RandomAccessFile(node.toFile(), "r").close();
      }
    } catch (IOException e) {
      assumeTrue(false, "a container may lack devices: " + e.getMessage());
    }
    return nodes;
  }

  @Test
  void shouldRefuseADeviceThatAnotherHasByAnotherNode() throws Exception {
    Path[] nodes = nodes();
    Descriptor first = BlockDevice.claim(nodes[0], "data");

    assertThatThrownBy(() -> BlockDevice.claim(nodes[1], "data"))
        .isInstanceOf(Disks.DiskException.class)
        .hasMessageContaining("Volume data")
        .extracting(e -> ((Disks.DiskException) e).reason())
        .isEqualTo("DiskInUse");
    first.close();
    BlockDevice.claim(nodes[1], "data").close();
  }

  @Test
  void shouldNotHinderWhoOpensItWithoutAClaim() throws Exception {
    Path[] nodes = nodes();
    try (Descriptor claim = BlockDevice.claim(nodes[0], "data");
        RandomAccessFile qemu = new RandomAccessFile(nodes[0].toFile(), "rw")) {
      qemu.write(new byte[512]);
      qemu.getFD().sync();
      assertThat(claim.number()).isPositive();
    }
  }

  @Test
  void shouldWaitForWhoClaimsItForAMoment() throws Exception {
    Path[] nodes = nodes();
    Descriptor udev = BlockDevice.claim(nodes[1], "data");
    Thread waiting = Thread.currentThread();
    Thread letsGo =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (waiting.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                  }
                  udev.close();
                });

    BlockDevice.claim(nodes[0], "data").close();
    letsGo.join();
  }

  @Test
  void shouldRefuseWhatIsNoDevice() throws Exception {
    Path file = Files.writeString(folder.resolve("vireo-a"), "none");

    for (Path path : new Path[] {file, folder.resolve("absent")}) {
      assertThatThrownBy(() -> BlockDevice.claim(path, "data"))
          .isInstanceOf(Disks.DiskException.class)
          .hasMessageContaining("Volume data: expected a block device")
          .extracting(e -> ((Disks.DiskException) e).reason())
          .isEqualTo("ImageInvalid");
    }
  }
}
