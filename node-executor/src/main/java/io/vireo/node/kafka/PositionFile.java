package io.vireo.node.kafka;

import io.vireo.health.Failpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The position in a file, which is whole or not there. A lost one costs a second reading. */
public final class PositionFile implements Position {

  private final Path file;

  /** The position in this file. */
  public PositionFile(Path file) {
    this.file = file;
  }

  @Override
  public long load(String topicId) throws IOException {
    try {
      String[] parts = Files.readString(file).strip().split(" ", -1);
      return parts.length == 2 && parts[0].equals(topicId) ? Long.parseLong(parts[1]) : 0;
    } catch (NoSuchFileException | NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public void store(String topicId, long next) throws IOException {
    Failpoint.pass("node.position.store.before");
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(fresh, topicId + " " + next);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Failpoint.pass("node.position.store.after");
  }

  @Override
  public void reset() throws IOException {
    Files.deleteIfExists(file);
  }
}
