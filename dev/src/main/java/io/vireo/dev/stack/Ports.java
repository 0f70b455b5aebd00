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
 * Loopback ports by name: taken free from the kernel the first time, the same ever after, so that a
 * part that comes back is found where it was.
 */
public final class Ports {

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
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = socket.getLocalPort();
      byName.put(name, port);
      Files.writeString(file, CanonicalJson.write(byName));
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException("Expected a free loopback port for " + name, e);
    }
  }

  /** {@code host:port} of this name. */
  public String address(String name) {
    return "127.0.0.1:" + of(name);
  }
}
