package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionLoadTest {

  private HttpServer server;
  private HttpClient http;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean no = exchange.getRequestURI().getPath().equals("/no");
          byte[] body = ("{\"allowed\":" + !no + "}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    http = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    http.close();
    server.stop(0);
  }

  private AdmissionLoad.Question question(String name) {
    return new AdmissionLoad.Question(
        name, URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name), "{}");
  }

  @Test
  void shouldAskEachInTurn() throws Exception {
    AdmissionLoad.Answers answers =
        new AdmissionLoad(http, List.of(question("a"), question("b"))).run(50, 1);

    assertThat(answers.millis().get("a")).hasSize(25).allMatch(millis -> millis > 0);
    assertThat(answers.millis().get("b")).hasSize(25);
  }

  /** Figures of refusals would be taken for figures of answers. */
  @Test
  void shouldTakeNoRefusalForAFigure() {
    assertThatThrownBy(() -> new AdmissionLoad(http, List.of(question("no"))).run(10, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Expected admission to allow it");
  }
}
