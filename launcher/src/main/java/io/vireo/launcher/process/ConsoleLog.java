package io.vireo.launcher.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bounds the file that QEMU appends the serial console to: the guest decides how much it writes,
 * and a volume beyond its limit would cost it its pod. Whoever follows the file starts again from
 * its beginning when it was cut.
 */
public final class ConsoleLog {

  private static final long LOOK_MS = 1000;

  private final Path file;
  private final long bytesMax;

  /** The log; not watched yet. */
  public ConsoleLog(Path file, long bytesMax) {
    this.file = file;
    this.bytesMax = bytesMax;
  }

  /** Watches it, on a thread of its own. */
  public void start() {
    Thread thread = new Thread(null, this::keepShort, "console-log", 128 * 1024);
    thread.setDaemon(true);
    thread.start();
  }

  private void keepShort() {
    try {
      while (true) {
        try {
          cut();
        } catch (IOException e) {
          Log.say("The log of the serial console could not be cut: " + e.getMessage());
        }
        Thread.sleep(LOOK_MS);
      }
    } catch (InterruptedException e) {
      // The process ends.
    }
  }

  /** Empties it when it is longer than it may be; QEMU goes on at its new end. */
  boolean cut() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) <= bytesMax) {
      return false;
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      channel.truncate(0);
    }
    return true;
  }
}
