package io.vireo.simulator.parts;

import io.vireo.node.core.LaneState;
import io.vireo.node.core.NodeIdentity;
import io.vireo.node.kafka.Position;
import io.vireo.node.roster.Roster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What outlives an executor on its machine: roster and position, whole or not there. */
final class NodeDisk implements Roster, Position {

  private final Map<String, LaneState> lanes = new TreeMap<>();
  private NodeIdentity identity;
  private boolean begun;
  private boolean complete;
  private String topicId = "";
  private long next;
  private boolean full;

  NodeDisk(NodeIdentity unknown) {
    this.identity = unknown;
  }

  /** Whether what is written is refused from now on; what is read or removed is not. */
  void full(boolean isFull) {
    full = isFull;
  }

  private void needRoom() throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public Contents load() {
    return new Contents(new ArrayList<>(lanes.values()), List.of(), identity, begun, complete);
  }

  @Override
  public void store(LaneState state) throws IOException {
    needRoom();
    lanes.put(state.vm().uid(), state.durable());
  }

  @Override
  public void remove(String uid) {
    lanes.remove(uid);
  }

  @Override
  public void storeNode(NodeIdentity node) throws IOException {
    needRoom();
    identity = node;
  }

  @Override
  public void storeBegun() throws IOException {
    needRoom();
    begun = true;
  }

  @Override
  public void storeComplete() throws IOException {
    needRoom();
    complete = true;
  }

  @Override
  public long load(String id) {
    return id.equals(topicId) ? next : 0;
  }

  @Override
  public void store(String id, long position) throws IOException {
    needRoom();
    topicId = id;
    next = position;
  }

  @Override
  public void reset() {
    topicId = "";
    next = 0;
  }
}
