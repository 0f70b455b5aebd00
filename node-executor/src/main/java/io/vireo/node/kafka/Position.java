package io.vireo.node.kafka;

import java.io.IOException;

/**
 * How far the commands were taken, with the id of the topic: another topic of the same name begins
 * at 0, and the fence protects from what it repeats.
 */
public interface Position {

  /** Offset of the next command; 0 if nothing is stored for a topic of this id. */
  long load(String topicId) throws IOException;

  /** Stores it; commands before it are never read again. */
  void store(String topicId, long next) throws IOException;

  /** Forgets it: everything that the topic holds is read again. */
  void reset() throws IOException;
}
