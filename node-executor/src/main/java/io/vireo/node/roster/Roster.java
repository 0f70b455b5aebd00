package io.vireo.node.roster;

import io.vireo.node.core.LaneState;
import io.vireo.node.core.NodeIdentity;
import java.io.IOException;
import java.util.List;

/** What outlives the executor. A method that returns has stored durably. */
public interface Roster {

  /** Everything that was written. */
  Contents load() throws IOException;

  /** Stores a VM, without its connection. */
  void store(LaneState state) throws IOException;

  /** Forgets a VM. */
  void remove(String uid) throws IOException;

  /** Stores which Node this is. */
  void storeNode(NodeIdentity node) throws IOException;

  /** Notes that this disk is in use, once the commands are read from their beginning. */
  void storeBegun() throws IOException;

  /** Notes that no launcher of this node is left of which the roster says nothing. */
  void storeComplete() throws IOException;

  /**
   * What is on disk.
   *
   * @param unreadable uids whose entries cannot be read: unknown VMs, not absent ones
   * @param begun {@link #storeBegun} was called on this very disk; a new or lost one is not
   * @param complete {@link #storeComplete} was called on this very disk; a new or lost one is not
   */
  record Contents(
      List<LaneState> lanes,
      List<String> unreadable,
      NodeIdentity node,
      boolean begun,
      boolean complete) {
    public Contents {
      lanes = List.copyOf(lanes);
      unreadable = List.copyOf(unreadable);
    }
  }
}
