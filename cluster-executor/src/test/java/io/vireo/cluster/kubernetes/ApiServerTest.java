package io.vireo.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vireo.cluster.core.ApiAnswer;
import io.vireo.cluster.core.ApiRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that answers as no API server should. */
@Timeout(60)
class ApiServerTest {

  @TempDir private Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch testEnds = new CountDownLatch(1);
  private HttpServer server;
  private ApiServer api;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/object", exchange -> answer(exchange, 200, "{\"metadata\":{\"uid\":\"u\"}}"));
    server.createContext("/plain", exchange -> answer(exchange, 200, "<html>welcome</html>"));
    server.createContext("/none", exchange -> answer(exchange, 200, ""));
    server.createContext("/missing", exchange -> answer(exchange, 404, "404 page not found"));
    server.createContext("/busy", this::busy);
    server.createContext("/reset", HttpExchange::close);
    server.createContext("/endless", this::endless);
    server.createContext("/silent", this::silent);
    server.start();
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        users: [{name: u, user: {}}]
        current-context: c
        """
            .formatted(server.getAddress().getPort()));
    api =
        ApiServer.connect(
            Optional.of(kubeconfig),
            task -> Thread.ofVirtual().name("plan").start(task),
            Duration.ofSeconds(3));
  }

  @AfterEach
  void close() {
    testEnds.countDown();
    api.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private static void answer(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void busy(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Retry-After", "7");
    answer(exchange, 429, "too many requests");
  }

  private void endless(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] chunk = new byte[1 << 20];
    try (OutputStream out = exchange.getResponseBody()) {
      for (int i = 0; i < 100; i++) {
        out.write(chunk);
      }
    }
  }

  private void silent(HttpExchange exchange) throws IOException {
    try {
      testEnds.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private ApiAnswer get(String path) throws Exception {
    return api.send(ApiRequest.get(path)).get(20, TimeUnit.SECONDS);
  }

  @Test
  void objectIsReadAndItsPlanRunsOffTheEventLoop() throws Exception {
    AtomicReference<String> thread = new AtomicReference<>();
    ApiAnswer answer =
        api.send(ApiRequest.get("/object"))
            .thenApply(
                each -> {
                  thread.set(Thread.currentThread().getName());
                  return each;
                })
            .get(20, TimeUnit.SECONDS);

    assertThat(answer).isEqualTo(new ApiAnswer(200, Map.of("metadata", Map.of("uid", "u"))));
    assertThat(thread.get()).isIn("plan", Thread.currentThread().getName());
  }

  @Test
  void successThatShowsNoObjectIsNoAnswer() throws Exception {
    assertThat(get("/plain").code()).isZero();
    assertThat(get("/none").code()).isZero();
  }

  @Test
  void failureInPlainWordsKeepsItsCode() throws Exception {
    assertThat(get("/missing"))
        .isEqualTo(new ApiAnswer(404, Map.of("message", "404 page not found")));
  }

  @Test
  void waitThatIsAskedForIsTold() throws Exception {
    assertThat(get("/busy").retryAfterMs()).isEqualTo(7_000);
    assertThat(get("/busy").code()).isEqualTo(429);
  }

  @Test
  void brokenConnectionAndSilenceAreNoAnswer() throws Exception {
    assertThat(get("/reset").code()).isZero();
    assertThat(get("/silent").code()).isZero();
  }

  @Test
  void answerWithoutEndIsCutOffAndOthersGoOn() throws Exception {
    assertThat(get("/endless").code()).isZero();
    assertThat(get("/object").code()).isEqualTo(200);
  }
}
