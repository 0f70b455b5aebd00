package io.vireo.node.launcher;

import io.vireo.network.DescriptorSocket;
import io.vireo.network.SystemCallException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;

/**
 * A folder that one pod gets: a socket and a nonce. Its name is the device's id and a random part:
 * a device is given to the next pod while the old pod's processes may still live.
 */
final class DeviceFolder implements AutoCloseable {

  private static final String SOCKET = "executor.sock";
  private static final String HAND_OVER = "network.sock";
  private static final long HAND_OVER_MS = 10_000;

  private final Path path;
  private final String deviceId;
  private final String nonce;
  private final ServerSocketChannel server;

  private DeviceFolder(Path path, String deviceId, String nonce, ServerSocketChannel server) {
    this.path = path;
    this.deviceId = deviceId;
    this.nonce = nonce;
    this.server = server;
  }

  static DeviceFolder create(Path root, String deviceId, String random, String nonce)
      throws IOException {
    Path path = Files.createDirectory(root.resolve(deviceId + "-" + random));
    Files.writeString(path.resolve("nonce"), nonce);
    return open(path);
  }

  /** Listens, also in a folder that an earlier executor made: its pod lives on. */
  static DeviceFolder open(Path path) throws IOException {
    String nonce = Files.readString(path.resolve("nonce")).strip();
    String name = path.getFileName().toString();
    Path socket = path.resolve(SOCKET);
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    // The pod runs as another user; the parent folder keeps everybody else out.
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    Files.setPosixFilePermissions(
        path.resolve("nonce"), PosixFilePermissions.fromString("rw-r--r--"));
    return new DeviceFolder(path, name.substring(0, name.lastIndexOf('-')), nonce, server);
  }

  Path path() {
    return path;
  }

  String deviceId() {
    return deviceId;
  }

  String nonce() {
    return nonce;
  }

  ServerSocketChannel server() {
    return server;
  }

  /**
   * Has the pod dial a socket that is there for as long as this takes, for a message with
   * descriptors, which a socket of Java's cannot receive.
   *
   * @param ask tells the pod to
   * @return the connection; the nonce has come, the next message has the descriptors
   */
  DescriptorSocket handOver(Runnable ask) throws IOException {
    Path socket = path.resolve(HAND_OVER);
    synchronized (this) {
      Files.deleteIfExists(socket);
      try (DescriptorSocket server = DescriptorSocket.listen(socket)) {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        server.timeout(HAND_OVER_MS);
        ask.run();
        DescriptorSocket pod = accept(server);
        pod.timeout(HAND_OVER_MS);
        try (DescriptorSocket.Received greeting = pod.receive()) {
          if (!MessageDigest.isEqual(greeting.bytes(), nonce.getBytes(StandardCharsets.US_ASCII))) {
            pod.close();
            throw new IOException("Expected the secret of the launcher's folder");
          }
        } catch (IOException e) {
          pod.close();
          throw e;
        }
        return pod;
      } finally {
        Files.deleteIfExists(socket);
      }
    }
  }

  private static DescriptorSocket accept(DescriptorSocket server) throws IOException {
    try {
      return server.accept();
    } catch (SystemCallException e) {
      throw new IOException(
          "Expected the launcher to hand over its network within %d s; %s"
              .formatted(HAND_OVER_MS / 1000, e.getMessage()),
          e);
    }
  }

  /** Stops listening and removes the folder. */
  void remove() throws IOException {
    close();
    Files.deleteIfExists(path.resolve(SOCKET));
    Files.deleteIfExists(path.resolve(HAND_OVER));
    Files.deleteIfExists(path.resolve("nonce"));
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
