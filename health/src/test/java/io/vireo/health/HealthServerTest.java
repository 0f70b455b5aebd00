package io.vireo.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private HealthServer server;

  @BeforeEach
  void start() throws Exception {
    server = HealthServer.start("127.0.0.1:0", "test");
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void shouldSayWhatIsWrongAndWhenItIsRightAgain() throws Exception {
    AtomicReference<Optional<String>> problem = new AtomicReference<>(Optional.of("no commits"));
    server.check("streams", problem::get);

    HttpResponse<String> unready = get("/readyz");
    problem.set(Optional.empty());
    HttpResponse<String> ready = get("/readyz");

    assertThat(unready.statusCode()).isEqualTo(503);
    assertThat(unready.body()).isEqualTo("streams: no commits\n");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldServeMetersInPrometheusText() throws Exception {
    server.registry().counter("vireo.commands", "outcome", "Done").increment();

    HttpResponse<String> metrics = get("/metrics");

    assertThat(metrics.body())
        .contains("vireo_commands_total{component=\"test\",outcome=\"Done\"} 1.0")
        .contains("jvm_memory_used_bytes");
    assertThat(get("/other").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldRefuseAnAddressWithItsText() {
    assertThatThrownBy(() -> HealthServer.start("nonsense", "test"))
        .hasMessageContaining("nonsense");
    assertThatThrownBy(() -> HealthServer.start("127.0.0.1:70000", "test"))
        .hasMessageContaining("70000");
    assertThatThrownBy(() -> HealthServer.start("127.0.0.1:" + server.port(), "test"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
