package io.vireo.node.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Carries bytes between two sockets until either ends. */
public final class Splice {

  private static final int BUFFER_BYTES = 64 * 1024;

  private Splice() {}

  /** Starts both directions on threads of their own; both sockets are closed at the end. */
  public static void between(SocketChannel one, SocketChannel other, String name) {
    Thread.ofVirtual().name(name + "-out").start(() -> pump(one, other));
    Thread.ofVirtual().name(name + "-in").start(() -> pump(other, one));
  }

  private static void pump(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (from;
        to) {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      // Either side is gone, and with it the stream.
    }
  }
}
