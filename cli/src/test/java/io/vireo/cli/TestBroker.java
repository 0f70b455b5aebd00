package io.vireo.cli;

import io.vireo.dev.kafka.KafkaMain;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.schemas.KafkaConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A broker as the stack runs it, with one node. */
public final class TestBroker implements AutoCloseable {

  private final AutoCloseable running;
  private final KafkaUsers users;
  private final String bootstrapServers;

  private TestBroker(AutoCloseable running, KafkaUsers users, String bootstrapServers) {
    this.running = running;
    this.users = users;
    this.bootstrapServers = bootstrapServers;
  }

  /** Returns once it has every topic, user and right. */
  public static TestBroker start(Path folder, int partitions) throws Exception {
    int port = freePort();
    KafkaUsers users = new KafkaUsers(folder.resolve("users"));
    users.create(KafkaUsers.of(List.of("node1")));
    AutoCloseable running =
        KafkaMain.start(
            Map.of(
                KafkaMain.FOLDER, folder.resolve("kafka").toString(),
                KafkaMain.PORT, Integer.toString(port),
                KafkaMain.CONTROLLER_PORT, Integer.toString(freePort()),
                KafkaMain.USERS, users.folder().toString(),
                KafkaMain.NODES, "node1",
                KafkaMain.PARTITIONS, Integer.toString(partitions),
                KafkaMain.HEALTH, "127.0.0.1:0"));
    return new TestBroker(running, users, "127.0.0.1:" + port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Who to be. */
  public KafkaConnection connection(String user) throws IOException {
    return users.connection(bootstrapServers, user);
  }

  @Override
  public void close() throws Exception {
    running.close();
  }
}
