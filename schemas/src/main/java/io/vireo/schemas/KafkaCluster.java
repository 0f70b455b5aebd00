package io.vireo.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that Kafka stays the cluster that it was. A broker that comes back without its disk has
 * the same address and topics of the same names, but none of the records: positions, books and
 * eligible nodes that a part holds are of another world, and it must begin anew. The cluster's id
 * tells.
 */
public final class KafkaCluster implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KafkaCluster.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Admin admin;
  private final CompletableFuture<IllegalStateException> replaced = new CompletableFuture<>();
  private final Thread thread;

  private KafkaCluster(Admin admin) {
    this.admin = admin;
    this.thread = Thread.ofVirtual().name("kafka-cluster").unstarted(this::run);
  }

  /** Watches on a thread of its own, with a client of its own. */
  public static KafkaCluster watch(KafkaConnection connection) {
    KafkaCluster cluster = new KafkaCluster(Admin.create(connection.clientSettings()));
    cluster.thread.start();
    return cluster;
  }

  /**
   * Ends this process with status 1 once Kafka is another cluster; whoever runs it starts it anew.
   */
  @SuppressWarnings({"resource", "FutureReturnValueIgnored"}) // For as long as the process lives.
  public static void exitWhenReplaced(Map<String, String> env) {
    watch(KafkaConnection.fromEnv(env, new ArrayList<>()))
        .replaced()
        .thenAccept(problem -> System.exit(1));
  }

  /** Completes once Kafka answers as another cluster than at first. */
  public CompletableFuture<IllegalStateException> replaced() {
    return replaced;
  }

  private void run() {
    @Nullable String first = null;
    try {
      while (!replaced.isDone()) {
        String id = id();
        if (id != null && first != null && !first.equals(id)) {
          log.atError()
              .addKeyValue("was", first)
              .addKeyValue("is", id)
              .log("Kafka is another cluster; this part must be started anew");
          replaced.complete(
              new IllegalStateException(
                  "Expected Kafka's cluster " + first + ", but it is " + id + " now"));
        }
        first = first == null ? id : first;
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable String id() throws InterruptedException {
    try {
      return admin.describeCluster().clusterId().get(EVERY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return null;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    admin.close(Duration.ZERO);
  }
}
