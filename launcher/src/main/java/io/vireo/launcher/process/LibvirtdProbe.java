package io.vireo.launcher.process;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Asks a libvirtd for the one thing that it tells everybody, which ways to authenticate it knows. A
 * daemon that only listens has not shown that it works: the kernel takes connections for it.
 *
 * <p>The call is AUTH_LIST of libvirt's remote protocol: six numbers of four bytes behind their
 * length, which the answer repeats with another type.
 */
final class LibvirtdProbe {

  private static final int CALL_BYTES = 28;
  private static final int REMOTE_PROGRAM = 0x20008086;
  private static final int REMOTE_VERSION = 1;
  private static final int AUTH_LIST = 66;
  private static final int TYPE_CALL = 0;
  private static final int TYPE_REPLY = 1;
  private static final int SERIAL = 1;
  private static final int STATUS_OK = 0;
  private static final long POLL_MS = 10;

  private LibvirtdProbe() {}

  /**
   * Returns once it answered.
   *
   * @param deadline on {@link System#nanoTime}'s clock
   * @throws IOException if it does not listen, does not answer in time, or says something else
   */
  static void ask(Path socket, long deadline) throws IOException, InterruptedException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.configureBlocking(false);
      ByteBuffer call = ByteBuffer.allocate(CALL_BYTES).putInt(CALL_BYTES);
      header(call, TYPE_CALL);
      channel.write(call.flip());
      ByteBuffer answer = ByteBuffer.allocate(CALL_BYTES);
      while (answer.hasRemaining()) {
        if (channel.read(answer) < 0) {
          throw new EOFException("libvirtd closed the connection");
        }
        if (System.nanoTime() - deadline > 0) {
          throw new IOException("it listens and does not answer");
        }
        if (answer.hasRemaining()) {
          TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
      }
      ByteBuffer wanted = ByteBuffer.allocate(CALL_BYTES - Integer.BYTES);
      header(wanted, TYPE_REPLY);
      if (!answer.flip().position(Integer.BYTES).equals(wanted.flip())) {
        throw new IOException("what answers on its socket is no libvirtd");
      }
    }
  }

  private static void header(ByteBuffer message, int type) {
    message.putInt(REMOTE_PROGRAM).putInt(REMOTE_VERSION).putInt(AUTH_LIST);
    message.putInt(type).putInt(SERIAL).putInt(STATUS_OK);
  }
}
