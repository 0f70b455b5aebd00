package io.vireo.launcher.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What the launcher must remember over its own restart within the pod: that it was used, and how
 * the guest ended. A launcher is used once.
 */
public final class Journal {

  private final Path marker;
  private final Path end;

  /** The journal in this folder. */
  public Journal(Path folder) {
    this.marker = folder.resolve("used");
    this.end = folder.resolve("ended");
  }

  /** Whether a domain was, or may have been, created in this pod. */
  public boolean isMarked() {
    return Files.exists(marker);
  }

  /** Durably notes that the launcher is used from now on. */
  public synchronized void mark() throws IOException {
    write(marker, "used");
  }

  /** How the guest ended, if it did. */
  public Optional<String> end() {
    try {
      return Optional.of(Files.readString(end).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Durably notes how the guest ended; the first word stays. */
  public synchronized String noteEnd(String reason) throws IOException {
    Optional<String> before = end();
    if (before.isPresent()) {
      return before.get();
    }
    write(end, reason);
    return reason;
  }

  private static void write(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
