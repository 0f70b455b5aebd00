package io.vireo.cli.torture;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Folders that are small file systems of their own, so that they can be full. They are in memory,
 * in a mount namespace that a child process holds: that takes no privilege, nobody else sees them,
 * and they are gone when the child ends, which it does with this process at the latest. The folders
 * themselves are symbolic links to the child's view.
 */
final class SmallDisks implements AutoCloseable {

  private static final String FILLER = "filler";
  private static final int BLOCK = 1 << 16;
  private static final int PAGE = 1 << 12;
  // $0 is the mount point, the arguments are sizes; a line says which one is to be a new disk.
  private static final String HOLD =
      """
      set -e
      mount -t tmpfs -o mode=700 vireo "$0"
      i=0
      for size in "$@"; do
        mkdir "$0/$i"
        mount -t tmpfs -o "mode=700,size=$size" vireo "$0/$i"
        i=$((i + 1))
      done
      echo held
      while read -r i size; do
        umount "$0/$i"
        mount -t tmpfs -o "mode=700,size=$size" vireo "$0/$i"
        echo held
      done
      """;

  /**
   * One of them.
   *
   * @param folder where it is to be; must not exist yet
   * @param mebibytes its size
   */
  record Disk(Path folder, int mebibytes) {
    String size() {
      return mebibytes + "m";
    }
  }

  private final List<Disk> disks;
  private final Process holder;
  private final BufferedReader answers;
  private final Writer requests;

  private SmallDisks(List<Disk> disks, Process holder) {
    this.disks = disks;
    this.holder = holder;
    this.answers = holder.inputReader();
    this.requests = holder.outputWriter();
  }

  /**
   * Makes them.
   *
   * @param mountPoint an empty folder
   * @throws IOException also when this machine allows no user namespaces
   */
  static SmallDisks mount(Path mountPoint, List<Disk> disks) throws IOException {
    Files.createDirectories(mountPoint);
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", HOLD));
    command.add(mountPoint.toString());
    disks.forEach(disk -> command.add(disk.size()));
    File errors = Files.createTempFile(mountPoint, "mount", ".err").toFile();
    Process holder = new ProcessBuilder(command).redirectError(errors).start();
    SmallDisks held = new SmallDisks(List.copyOf(disks), holder);
    try {
      held.awaitHeld();
      Path seen =
          Path.of("/proc", Long.toString(holder.pid()), "root")
              .resolve(Path.of("/").relativize(mountPoint.toAbsolutePath()));
      for (int i = 0; i < disks.size(); i++) {
        Path folder = disks.get(i).folder();
        Files.createDirectories(Objects.requireNonNull(folder.getParent()));
        Files.createSymbolicLink(folder, seen.resolve(Integer.toString(i)));
      }
      return held;
    } catch (IOException e) {
      held.close();
      throw new IOException(
          "Expected to mount small disks in a namespace, but could not: "
              + Files.readString(errors.toPath()).strip(),
          e);
    }
  }

  private void awaitHeld() throws IOException {
    String line = answers.readLine();
    if (!"held".equals(line)) {
      throw new IOException("Expected the holder of the disks to answer, but it said " + line);
    }
  }

  /** Takes all room there is on this disk, until {@link #free}. */
  void fill(Path folder) throws IOException {
    Path filler = needed(folder).folder().resolve(FILLER);
    try (FileChannel channel =
        FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      takeAll(channel, BLOCK);
      takeAll(channel, PAGE);
      if (channel.size() == 0) {
        throw new IOException("Expected room on " + folder + " that could be taken");
      }
    }
  }

  private static void takeAll(FileChannel channel, int piece) {
    ByteBuffer zeros = ByteBuffer.allocate(piece);
    try {
      while (true) {
        zeros.clear();
        channel.write(zeros);
      }
    } catch (IOException full) {
      // That is what was wanted.
    }
  }

  /** Gives the room back. */
  void free(Path folder) throws IOException {
    Files.deleteIfExists(needed(folder).folder().resolve(FILLER));
  }

  /** Puts a new, empty disk in place of this one, which nobody may use at the moment. */
  void replace(Path folder) throws IOException {
    Disk disk = needed(folder);
    requests.write(disks.indexOf(disk) + " " + disk.size() + "\n");
    requests.flush();
    awaitHeld();
  }

  private Disk needed(Path folder) {
    return disks.stream()
        .filter(disk -> disk.folder().equals(folder))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Expected a small disk at " + folder));
  }

  /** The links lead nowhere then; what is on the disks is lost. */
  @Override
  public void close() {
    holder.destroyForcibly();
  }
}
