package io.vireo.launcher.process;

import io.vireo.launcher.core.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The control connection to the node's executor. Dialled again whenever it breaks, 0.1 to 5 s
 * apart: the executor may be restarted while the guest runs.
 */
public final class ExecutorLink {

  private static final long BACKOFF_FIRST_MS = 100;
  private static final long BACKOFF_MAX_MS = 5000;
  private static final int STACK_BYTES = 256 * 1024;
  private static final int PUMP_BYTES = 16 * 1024;

  private final PodPaths paths;
  private final String uid;
  private final Supplier<Message> hello;
  private final Consumer<Message> received;
  private @Nullable SocketChannel control;

  /**
   * @param hello first message of each connection, made anew
   * @param received told each message but those that open a stream
   */
  public ExecutorLink(
      PodPaths paths, String uid, Supplier<Message> hello, Consumer<Message> received) {
    this.paths = paths;
    this.uid = uid;
    this.hello = hello;
    this.received = received;
  }

  /** Dials and keeps dialling, on a thread of its own. */
  public void start() {
    daemon("executor-link", this::keepConnected);
  }

  private void keepConnected() {
    long backoff = BACKOFF_FIRST_MS;
    while (true) {
      try (SocketChannel channel = dial()) {
        backoff = BACKOFF_FIRST_MS;
        synchronized (this) {
          control = channel;
        }
        send(hello.get());
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          take(Message.decode(line));
        }
      } catch (IOException | IllegalArgumentException e) {
        // Tried again below; the executor may be down for long and the guest runs on.
      } finally {
        synchronized (this) {
          control = null;
        }
      }
      try {
        Thread.sleep(backoff);
      } catch (InterruptedException e) {
        return;
      }
      backoff = Math.min(backoff * 2, BACKOFF_MAX_MS);
    }
  }

  private SocketChannel dial() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(paths.device().resolve("executor.sock")));
  }

  /** The secret of the folder that the device plugin mounted. */
  public String nonce() {
    try {
      return Files.readString(paths.device().resolve("nonce")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Sends if connected; what must not be lost is part of the next hello. */
  public synchronized void send(Message message) {
    SocketChannel channel = control;
    if (channel == null) {
      return;
    }
    try {
      write(channel, message);
    } catch (IOException e) {
      control = null;
    }
  }

  private static void write(SocketChannel channel, Message message) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((message.encode() + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void take(Message message) {
    if (message.verb().equals("OPEN")) {
      daemon("stream", () -> stream(message.get("id"), message.get("target")));
    } else {
      received.accept(message);
    }
  }

  /** A stream is a connection of its own: the kernel does the flow control. */
  private void stream(String id, String target) {
    Path socket =
        switch (target) {
          case "libvirt" -> paths.libvirtSocket();
          case "serial" -> paths.serialSocket(uid);
          case "vnc" -> paths.vncSocket(uid);
          default -> null;
        };
    try (SocketChannel outward = dial()) {
      if (socket == null) {
        write(outward, Message.of("STREAM", "nonce", nonce(), "id", id, "error", "unknown target"));
        return;
      }
      try (SocketChannel inward = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        write(outward, Message.of("STREAM", "nonce", nonce(), "id", id));
        Thread back = daemon("stream-back", () -> pump(inward, outward));
        pump(outward, inward);
        back.join();
      } catch (IOException e) {
        write(
            outward,
            Message.of(
                "STREAM", "nonce", nonce(), "id", id, "error", String.valueOf(e.getMessage())));
      }
    } catch (IOException e) {
      Log.say("A stream to " + target + " broke: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(PUMP_BYTES);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      // Either side is gone; both are closed below.
    }
    close(from);
    close(to);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is left to do with it.
    }
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(null, work, name, STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
