package io.vireo.dev.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;

/** Waits for parts of the stack. */
final class Readiness {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PROBE_MAX = Duration.ofSeconds(5);

  private Readiness() {}

  /**
   * Waits until a component's health endpoint says that it is ready.
   *
   * @param failure a reason to give up
   * @throws IOException says what the component reports instead
   */
  static void awaitHealthy(
      String name, String address, Duration max, Supplier<Optional<String>> failure)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/readyz"))
            .timeout(PROBE_MAX)
            .build();
    String last = "no answer from " + address;
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_MAX).build()) {
      while (true) {
        try {
          HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
          if (response.statusCode() == 200) {
            return;
          }
          last = response.body().strip();
        } catch (IOException e) {
          // Does not listen yet, or not any more.
          last = "no answer from " + address;
        }
        Optional<String> reason = failure.get();
        if (reason.isPresent()) {
          throw new IOException("Expected " + name + " to become ready, but " + reason.get());
        }
        if (System.nanoTime() - deadline > 0) {
          throw new IOException(
              "Expected " + name + " to be ready within " + max.toSeconds() + " s, but: " + last);
        }
        Thread.sleep(POLL);
      }
    }
  }

  /**
   * Waits until Kafka answers.
   *
   * @param failure a reason to give up
   */
  static void awaitKafka(String bootstrap, Duration max, Supplier<Optional<String>> failure)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            Math.toIntExact(max.toMillis()),
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            200L);
    try (Admin admin = Admin.create(settings)) {
      KafkaFuture<?> nodes = admin.describeCluster().nodes();
      while (!nodes.isDone()) {
        Optional<String> reason = failure.get();
        if (reason.isPresent()) {
          throw new IOException("Expected Kafka to come up, but " + reason.get());
        }
        if (System.nanoTime() - deadline > 0) {
          throw new IOException(
              "Expected Kafka to answer on "
                  + bootstrap
                  + " within "
                  + max.toSeconds()
                  + " s, but it did not");
        }
        Thread.sleep(POLL);
      }
      nodes.get();
    } catch (ExecutionException e) {
      throw new IOException("Expected Kafka to answer on " + bootstrap + ", but it did not", e);
    }
  }
}
