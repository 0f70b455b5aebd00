package io.vireo.dev.stack;

import java.time.Duration;

/** A node that can be shut down like a machine: its pods end in order before it does. */
public interface GracefulNode {

  /**
   * Ends the node's pods, as far as that is possible in this time, and then the node.
   *
   * @param max pods that have not ended by then are left to the node's next start
   */
  void shutdown(Duration max) throws Exception;
}
