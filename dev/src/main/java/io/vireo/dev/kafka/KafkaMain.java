package io.vireo.dev.kafka;

import java.nio.file.Path;
import java.util.Map;

/** Runs the broker: in a process of its own, or within another by {@link #start}. */
public final class KafkaMain {

  /** Folder of the log. */
  public static final String FOLDER = "VIREO_DEV_KAFKA_DIR";

  /** Port for clients. */
  public static final String PORT = "VIREO_DEV_KAFKA_PORT";

  /** Port of the controller. */
  public static final String CONTROLLER_PORT = "VIREO_DEV_KAFKA_CONTROLLER_PORT";

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

  /** Starts the broker that the settings describe. */
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    return KafkaBroker.start(
        Path.of(required(env, FOLDER)),
        Integer.parseInt(required(env, PORT)),
        Integer.parseInt(required(env, CONTROLLER_PORT)));
  }

  private static String required(Map<String, String> env, String name) {
    String value = env.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("Expected " + name + " to be set, but it is not");
    }
    return value;
  }
}
