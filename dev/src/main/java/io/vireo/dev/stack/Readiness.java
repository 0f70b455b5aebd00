package io.vireo.dev.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

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
}
