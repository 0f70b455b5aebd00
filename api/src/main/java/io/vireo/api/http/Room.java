package io.vireo.api.http;

/**
 * How much may be taken at a time, of connections and of bytes that wait to be whole. On one event
 * loop.
 */
final class Room {

  private final int connectionsMax;
  private final long bytesMax;
  private int connections;
  private long bytes;

  Room(int connectionsMax, long bytesMax) {
    this.connectionsMax = connectionsMax;
    this.bytesMax = bytesMax;
  }

  /** Whether there was room for one more connection, which then is taken. */
  boolean connect() {
    if (connections == connectionsMax) {
      return false;
    }
    connections++;
    return true;
  }

  void disconnect() {
    connections--;
  }

  /** Whether there was room for more bytes, which then are taken. */
  boolean take(int more) {
    if (bytes + more > bytesMax) {
      return false;
    }
    bytes += more;
    return true;
  }

  void give(int taken) {
    bytes -= taken;
  }
}
