package io.vireo.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private static final String LABEL = "kubevirt.io/schedulable";

  private final List<String> asked = new ArrayList<>();
  private Map<String, String> labelOfNode = Map.of();
  private HttpServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/nodes/", this::answer);
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String node = path.substring(path.lastIndexOf('/') + 1);
    asked.add(node);
    String label = labelOfNode.get(node);
    String body =
        label == null
            ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"reason\":\"NotFound\",\"code\":404}"
            : "{\"kind\":\"Node\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
                + node
                + "\",\"labels\":{\""
                + LABEL
                + "\":\""
                + label
                + "\"}}}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(label == null ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void await(Supplier<Optional<String>> failure) throws Exception {
    Readiness.awaitSchedulable(client, List.of("node1", "node2"), Duration.ZERO, failure);
  }

  @Test
  void shouldBeReadyOnceEachNodeIsLabelled() throws Exception {
    labelOfNode = Map.of("node1", "true", "node2", "true");

    await(Optional::empty);

    assertThat(asked).containsExactly("node1", "node2");
  }

  @Test
  void shouldNameTheNodeThatIsNotLabelled() {
    labelOfNode = Map.of("node1", "true", "node2", "false");

    assertThatThrownBy(() -> await(Optional::empty))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node2")
        .hasMessageContaining(LABEL + "=false");
  }

  @Test
  void shouldNameTheNodeThatIsNotThere() {
    labelOfNode = Map.of("node2", "true");

    assertThatThrownBy(() -> await(Optional::empty))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node1")
        .hasMessageContaining("no such Node");
  }

  @Test
  void shouldGiveUpWhenAPartEnded() {
    labelOfNode = Map.of("node1", "false");

    assertThatThrownBy(() -> await(() -> Optional.of("ingest ended")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ingest ended");
  }
}
