package io.vireo.dev.kafka;

import io.vireo.schemas.KafkaConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** A broker as the stack runs it, with nodes a and b. */
final class Broker implements AutoCloseable {

  private final Path folder;
  private final int port;
  private final int controllerPort;
  private AutoCloseable running;

  private Broker(Path folder, int port, int controllerPort) throws Exception {
    this.folder = folder;
    this.port = port;
    this.controllerPort = controllerPort;
    users().create(KafkaUsers.of(java.util.List.of("a", "b")));
    start();
  }

  static Broker start(Path folder) throws Exception {
    return new Broker(folder, freePort(), freePort());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  void start() throws Exception {
    running =
        KafkaMain.start(
            Map.of(
                KafkaMain.FOLDER, log().toString(),
                KafkaMain.PORT, Integer.toString(port),
                KafkaMain.CONTROLLER_PORT, Integer.toString(controllerPort),
                KafkaMain.USERS, users().folder().toString(),
                KafkaMain.NODES, "a,b",
                KafkaMain.PARTITIONS, "2",
                KafkaMain.HEALTH, "127.0.0.1:0"));
  }

  Path log() {
    return folder.resolve("kafka");
  }

  KafkaUsers users() {
    return new KafkaUsers(folder.resolve("users"));
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  String controllers() {
    return "127.0.0.1:" + controllerPort;
  }

  KafkaConnection connection(String user) throws IOException {
    return users().connection(bootstrapServers(), user);
  }

  Admin admin(String user) throws IOException {
    return admin(connection(user));
  }

  static Admin admin(KafkaConnection connection) {
    Map<String, Object> settings = new HashMap<>(connection.clientSettings());
    settings.put("default.api.timeout.ms", 20_000);
    settings.put("request.timeout.ms", 10_000);
    return Admin.create(settings);
  }

  static <T> T get(Future<T> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    return answer.get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    running.close();
  }
}
