package io.vireo.dev.stack;

import io.vireo.schemas.CanonicalJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Loopback ports by name: a free one the first time, the same ever after, so that a part that comes
 * back is found where it was.
 *
 * <p>They lie below the range that the kernel gives to clients. A port out of that range is lost
 * while its server is away: a client that dials it again and again is given that very port as its
 * own one day, is connected to itself, and the server finds its address in use.
 */
public final class Ports {

  private static final Path CLIENT_PORTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int CLIENT_PORTS_DEFAULT = 32_768;
  private static final int LOWEST = 10_000;
  private static final int RANGE = 12_000;

  private final Path file;
  private final Map<String, Integer> byName = new TreeMap<>();

  private Ports(Path file) {
    this.file = file;
  }

  /** Reads the ports of this file, or starts an empty set. */
  public static Ports load(Path file) throws IOException {
    Ports ports = new Ports(file);
    if (Files.exists(file)
        && CanonicalJson.read(Files.readString(file)) instanceof Map<?, ?> saved) {
      saved.forEach((name, port) -> ports.byName.put((String) name, ((Number) port).intValue()));
    }
    return ports;
  }

  /** The port of this name. */
  public synchronized int of(String name) {
    Integer known = byName.get(name);
    if (known != null) {
      return known;
    }
    try {
      int port = free(name);
      byName.put(name, port);
      Files.writeString(file, CanonicalJson.write(byName));
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to write " + file, e);
    }
  }

  /** Begins at a place of this stack's own, so that two stacks rarely want the same. */
  private int free(String name) {
    int end = clientPortsBegin();
    int begin = Math.max(LOWEST, end - RANGE);
    int offset = Math.floorMod((file.toAbsolutePath() + name).hashCode(), end - begin);
    for (int i = 0; i < end - begin; i++) {
      int port = begin + (offset + i) % (end - begin);
      if (!byName.containsValue(port) && isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "Expected a free loopback port from " + begin + " to " + (end - 1) + " for " + name);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static int clientPortsBegin() {
    try {
      String begin = Files.readString(CLIENT_PORTS).strip().split("\\s+", -1)[0];
      int port = Integer.parseInt(begin);
      return port > LOWEST + RANGE / 2 ? port : CLIENT_PORTS_DEFAULT;
    } catch (IOException | NumberFormatException e) {
      return CLIENT_PORTS_DEFAULT;
    }
  }

  /** {@code host:port} of this name. */
  public String address(String name) {
    return "127.0.0.1:" + of(name);
  }
}
