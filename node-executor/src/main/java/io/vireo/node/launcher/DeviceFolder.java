package io.vireo.node.launcher;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A folder that one pod gets: a socket and a nonce. Its name is the device's id and a random part:
 * a device is given to the next pod while the old pod's processes may still live.
 */
final class DeviceFolder implements AutoCloseable {

  private static final String SOCKET = "executor.sock";

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

  /** Stops listening and removes the folder. */
  void remove() throws IOException {
    close();
    Files.deleteIfExists(path.resolve(SOCKET));
    Files.deleteIfExists(path.resolve("nonce"));
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
