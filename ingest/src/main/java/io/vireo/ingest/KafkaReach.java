package io.vireo.ingest;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Asks Kafka every few seconds whether it is there, so that a readiness check need not wait. */
final class KafkaReach implements AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Admin admin;
  private final Thread thread;
  private volatile Optional<String> problem = Optional.empty();

  private KafkaReach(Admin admin) {
    this.admin = admin;
    this.thread = Thread.ofVirtual().name("ingest-kafka-reach").unstarted(this::run);
  }

  static KafkaReach start(Admin admin) {
    KafkaReach reach = new KafkaReach(admin);
    reach.thread.start();
    return reach;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        try {
          admin.describeCluster().clusterId().get(EVERY.toMillis(), TimeUnit.MILLISECONDS);
          problem = Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
          problem = Optional.of("Kafka does not answer: " + e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Optional<String> problem() {
    return problem;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
