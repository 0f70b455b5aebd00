package io.vireo.dev.kafka;

import io.vireo.health.HealthServer;
import io.vireo.schemas.KafkaConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;

/**
 * Runs the broker: in a process of its own, or within another by {@link #start}. It is ready when
 * it serves and has every topic, user and right.
 */
public final class KafkaMain {

  /** Folder of the log. */
  public static final String FOLDER = "VIREO_DEV_KAFKA_DIR";

  /** Port for clients. */
  public static final String PORT = "VIREO_DEV_KAFKA_PORT";

  /** {@code host:port} where clients are served too, beside loopback; none unless set. */
  public static final String OTHER_ADDRESS = "VIREO_DEV_KAFKA_OTHER_ADDRESS";

  /** Port of the controller. */
  public static final String CONTROLLER_PORT = "VIREO_DEV_KAFKA_CONTROLLER_PORT";

  /** Folder of the users' passwords; those of the stack's users are in it before the start. */
  public static final String USERS = "VIREO_DEV_KAFKA_USERS_DIR";

  /** Names of the stack's nodes, with commas between. */
  public static final String NODES = "VIREO_DEV_KAFKA_NODES";

  /** Partitions of each topic that is keyed by VMI. */
  public static final String PARTITIONS = "VIREO_PARTITIONS";

  /** {@code host:port} of the health endpoint. */
  public static final String HEALTH = "VIREO_HEALTH_ADDRESS";

  private KafkaMain() {}

  /** Starts from the environment and runs until SIGTERM. */
  public static void main(String[] args) throws Exception {
    AutoCloseable broker = start(System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    broker.close();
                  } catch (Exception e) {
                    throw new IllegalStateException("Expected Kafka to stop, but it failed", e);
                  }
                },
                "kafka-stop"));
    Thread.currentThread().join();
  }

  /** Starts the broker that the settings describe and makes it complete. */
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    KafkaUsers users = new KafkaUsers(Path.of(required(env, USERS)));
    List<String> nodes =
        List.of(required(env, NODES).split(",", -1)).stream().filter(n -> !n.isBlank()).toList();
    int partitions = Integer.parseInt(required(env, PARTITIONS));
    AtomicBoolean complete = new AtomicBoolean();
    List<AutoCloseable> parts = new ArrayList<>();
    try {
      HealthServer health = HealthServer.start(required(env, HEALTH), "kafka");
      parts.add(health);
      health.check(
          "provisioning",
          () ->
              complete.get()
                  ? Optional.empty()
                  : Optional.of("topics, users and rights are being made"));
      KafkaBroker broker =
          KafkaBroker.start(
              Path.of(required(env, FOLDER)),
              Integer.parseInt(required(env, PORT)),
              Optional.ofNullable(env.get(OTHER_ADDRESS)),
              Integer.parseInt(required(env, CONTROLLER_PORT)),
              users);
      parts.add(broker);
      provision(
          users.connection(broker.bootstrapServers(), KafkaUsers.ADMIN), users, nodes, partitions);
      complete.set(true);
      return () -> close(parts);
    } catch (Exception e) {
      close(parts);
      throw e;
    }
  }

  private static void provision(
      KafkaConnection connection, KafkaUsers users, Collection<String> nodes, int partitions)
      throws Exception {
    try (Admin admin = Admin.create(connection.clientSettings())) {
      new KafkaProvisioning(admin, users, nodes).complete(partitions);
    }
  }

  /** The last that came up is closed first. */
  private static void close(List<AutoCloseable> parts) throws Exception {
    for (AutoCloseable part : parts.reversed()) {
      part.close();
    }
  }

  private static String required(Map<String, String> env, String name) {
    String value = env.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("Expected " + name + " to be set, but it is not");
    }
    return value;
  }
}
