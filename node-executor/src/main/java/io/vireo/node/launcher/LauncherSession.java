package io.vireo.node.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One control connection of a launcher. Thread-safe.
 *
 * <p>uid and epoch are its claim; the pod is the kubelet's word for the folder that it came
 * through.
 */
public final class LauncherSession implements Launcher, AutoCloseable {

  /** Streams that one launcher may have at a time. */
  static final int STREAMS_MAX = 32;

  /** Messages that a launcher may be behind with. */
  static final int UNSENT_MAX = 64;

  private static final long OPEN_TIMEOUT_SECONDS = 10;

  private final long id;
  private final String uid;
  private final long epoch;
  private final PodName pod;
  private final SocketChannel control;
  private final Map<String, CompletableFuture<SocketChannel>> opening = new ConcurrentHashMap<>();
  private final AtomicLong streams = new AtomicLong();
  private final BlockingQueue<Message> unsent = new ArrayBlockingQueue<>(UNSENT_MAX);

  LauncherSession(long id, String uid, long epoch, PodName pod, SocketChannel control) {
    this.id = id;
    this.uid = uid;
    this.epoch = epoch;
    this.pod = pod;
    this.control = control;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public PodName pod() {
    return pod;
  }

  /**
   * Writes what is sent, on a thread of its own, until it is interrupted or the connection ends.
   */
  Thread startWriting() {
    return Thread.ofVirtual().name("launcher-writer-" + id).start(this::write);
  }

  @Override
  public void send(Message message) {
    // Whoever calls this works for all virtual machines of the node: it must not wait for a
    // launcher
    // that does not read.
    if (!unsent.offer(message)) {
      close();
    }
  }

  private void write() {
    try {
      while (true) {
        write(unsent.take());
      }
    } catch (IOException e) {
      close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Message message) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((message.encode() + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      control.write(bytes);
    }
  }

  /**
   * Asks for a stream and waits for it.
   *
   * @param target libvirt or serial
   */
  public SocketChannel open(String target) throws IOException {
    if (opening.size() >= STREAMS_MAX) {
      throw new IOException("Expected at most " + STREAMS_MAX + " streams to be opening");
    }
    String stream = Long.toString(streams.incrementAndGet());
    CompletableFuture<SocketChannel> future = new CompletableFuture<>();
    opening.put(stream, future);
    try {
      send(Message.of("OPEN", "id", stream, "target", target));
      return future.get(OPEN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Expected the launcher to open " + target + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while opening " + target, e);
    } finally {
      opening.remove(stream);
    }
  }

  /** Takes a connection that says it is a stream; false if nobody asked for it. */
  boolean accept(Message message, SocketChannel channel) {
    CompletableFuture<SocketChannel> future = opening.get(message.get("id"));
    if (future == null) {
      return false;
    }
    String error = message.get("error");
    return error.isEmpty()
        ? future.complete(channel)
        : !future.completeExceptionally(new IOException(error));
  }

  @Override
  public void close() {
    try {
      control.close();
    } catch (IOException e) {
      // The reader sees the end in any case.
    }
  }
}
