package io.vireo.node.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How far the commands were taken, with the id of the topic: another topic of the same name begins
 * at 0, and the fence protects from what it repeats.
 */
final class Position {

  private final Path file;

  Position(Path file) {
    this.file = file;
  }

  /** Offset of the next command. */
  long load(String topicId) throws IOException {
    try {
      String[] parts = Files.readString(file).strip().split(" ", -1);
      return parts.length == 2 && parts[0].equals(topicId) ? Long.parseLong(parts[1]) : 0;
    } catch (NoSuchFileException | NumberFormatException e) {
      return 0;
    }
  }

  void store(String topicId, long next) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(fresh, topicId + " " + next);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
