package io.vireo.containers;

import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A Kafka broker of its own process, which can hang as a machine does. It asks for no name and
 * makes no topic by itself.
 */
public final class TestKafka implements AutoCloseable {

  /** Names another image; it has to start as the official one does. */
  public static final String IMAGE = "VIREO_TEST_KAFKA_IMAGE";

  private static final String OFFICIAL = "apache/kafka";
  private static final String VERSION = "4.3.1";

  private final KafkaContainer container;

  private TestKafka(KafkaContainer container) {
    this.container = container;
  }

  /** Starts one and returns once it serves; skips the running test where there can be none. */
  @SuppressWarnings("resource") // Closed by what is returned.
  public static TestKafka start() throws InterruptedException {
    DockerImageName image =
        DockerImageName.parse(TestEngine.image(IMAGE, OFFICIAL + ":" + VERSION))
            .asCompatibleSubstituteFor(OFFICIAL);
    KafkaContainer container =
        new KafkaContainer(image)
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            // As the development stack has it, for a scheduler whose session is short.
            .withEnv("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000")
            .withEnv("KAFKA_TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS", "500");
    container.start();
    return new TestKafka(container);
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  /** Freezes its processes: connections stay and nothing answers. */
  public void pause() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  /** Ends a pause. */
  public void resume() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
  }
}
