package io.vireo.dev.storage;

import io.vireo.dev.process.ProgramRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Block devices over files, by the kernel's loop devices. A device's number changes with each start
 * of the stack, so the volume names a node of its own, which is made anew.
 */
final class BlockDevices {

  static final String FILE = "disk";
  static final String DEVICE = "device";

  private static final Duration COMMAND_MAX = Duration.ofSeconds(30);

  private BlockDevices() {}

  /** Makes the file, unless it is there, and the device. */
  static void attach(Path folder, long bytes) throws IOException, InterruptedException {
    Path file = folder.resolve(FILE);
    if (Files.notExists(file)) {
      try (RandomAccessFile fresh = new RandomAccessFile(file.toFile(), "rw")) {
        fresh.setLength(bytes);
      }
    }
    detach(folder);
    String loop =
        ProgramRun.of(COMMAND_MAX, List.of("losetup", "--find", "--show", file.toString())).strip();
    String numbers = ProgramRun.of(COMMAND_MAX, List.of("stat", "--format=%Hr %Lr", loop)).strip();
    String[] number = numbers.split(" ", 2);
    ProgramRun.of(
        COMMAND_MAX,
        List.of("mknod", folder.resolve(DEVICE).toString(), "b", number[0], number[1]));
  }

  /** Frees the device; the file stays. */
  static void detach(Path folder) throws IOException, InterruptedException {
    Files.deleteIfExists(folder.resolve(DEVICE));
    Path file = folder.resolve(FILE);
    if (Files.notExists(file)) {
      return;
    }
    String loops =
        ProgramRun.of(
            COMMAND_MAX,
            List.of("losetup", "--associated", file.toString(), "--noheadings", "-O", "NAME"));
    for (String loop : loops.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      ProgramRun.of(COMMAND_MAX, List.of("losetup", "--detach", loop));
    }
  }
}
