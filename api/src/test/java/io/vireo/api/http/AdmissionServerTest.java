package io.vireo.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.api.certificate.Certificates;
import io.vireo.api.core.AdmissionAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionServerTest {

  private static final String REVIEW =
      """
      {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "u1", "kind": {"kind": "VirtualMachineInstance"}, "operation": "CREATE",
        "userInfo": {"username": "jane"}, "object": {"spec": {"password": "hunter2"}}}}
      """;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private AdmissionServer.KeyPair pair;
  private AdmissionServer server;

  @BeforeEach
  void start() throws Exception {
    pair = Certificates.loopback();
    server =
        AdmissionServer.start(
            "127.0.0.1",
            0,
            pair,
            new AdmissionServer.Deciders(
                request -> new AdmissionAnswer.Allowed(null, List.of("asked to mutate")),
                request -> {
                  throw new IllegalStateException("quotes hunter2");
                }),
            registry);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpClient client(AdmissionServer.KeyPair trusted, HttpClient.Version version)
      throws Exception {
    return HttpClient.newBuilder()
        .sslContext(Certificates.trusting(trusted))
        .version(version)
        .build();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> post(HttpClient http, String path, String body) throws Exception {
    return http.send(
        to(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    try (HttpClient http = client(pair, HttpClient.Version.HTTP_1_1)) {
      return post(http, path, body);
    }
  }

  private long count(String webhook, String result) {
    return registry
        .get("vireo.admission")
        .tag("webhook", webhook)
        .tag("result", result)
        .timer()
        .count();
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void shouldAnswerAReview(HttpClient.Version version) throws Exception {
    try (HttpClient http = client(pair, version)) {
      HttpResponse<String> answer = post(http, "/mutate", REVIEW);

      assertThat(answer.version()).isEqualTo(version);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
      assertThat(answer.body()).contains("\"uid\":\"u1\"", "\"allowed\":true", "asked to mutate");
    }
    assertThat(count("mutate", "allowed")).isEqualTo(1);
  }

  @Test
  void shouldSayWhatIsWrongWithARequest() throws Exception {
    assertThat(post("/mutate", "{}").statusCode()).isEqualTo(400);
    assertThat(post("/mutate", "{}").body()).startsWith("Expected an AdmissionReview");
    assertThat(post("/elsewhere", REVIEW).statusCode()).isEqualTo(404);
    try (HttpClient http = client(pair, HttpClient.Version.HTTP_1_1)) {
      assertThat(
              http.send(to("/mutate").build(), HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(405);
    }
    assertThat(count("mutate", "broken")).isEqualTo(2);
  }

  @Test
  void shouldTellNobodyWhatItBrokeOver() throws Exception {
    HttpResponse<String> answer = post("/validate", REVIEW);

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("hunter2", "IllegalState", "at io.vireo");
    assertThat(count("validate", "broken")).isEqualTo(1);
  }

  @Test
  void shouldTakeNoMoreThanItCanBear() throws Exception {
    String much = " ".repeat(AdmissionServer.BODY_MAX + 1);

    assertThatThrownBy(
            () -> {
              HttpResponse<String> answer = post("/mutate", much);
              // Whoever still reads gets words; whoever still writes is cut off.
              assertThat(answer.statusCode()).isEqualTo(413);
              throw new IOException("refused in words");
            })
        .isInstanceOf(IOException.class);
    assertThat(post("/mutate", REVIEW).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldTakeTheLargestObjects() throws Exception {
    String large = REVIEW.replace("hunter2", "x".repeat(AdmissionServer.BODY_MAX - 1000));

    assertThat(post("/mutate", large).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldServeNewConnectionsWithAnotherCertificateAndKeepTheOpenOnes() throws Exception {
    AdmissionServer.KeyPair next = Certificates.loopback();
    try (SSLSocket open =
        (SSLSocket)
            Certificates.trusting(pair)
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port())) {
      open.startHandshake();

      server.replace(next);

      open.getOutputStream().write("GET /elsewhere HTTP/1.1\r\nhost: x\r\n\r\n".getBytes());
      open.getOutputStream().flush();
      assertThat(new String(open.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 404");
    }
    try (HttpClient http = client(next, HttpClient.Version.HTTP_1_1)) {
      assertThat(post(http, "/mutate", REVIEW).statusCode()).isEqualTo(200);
    }
    try (HttpClient http = client(pair, HttpClient.Version.HTTP_1_1)) {
      assertThatThrownBy(() -> post(http, "/mutate", REVIEW))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void shouldServeOnWhenTheNextCertificateIsNone() throws Exception {
    assertThatThrownBy(() -> server.replace(new AdmissionServer.KeyPair("none", "none")))
        .isInstanceOf(IllegalStateException.class);

    assertThat(post("/mutate", REVIEW).statusCode()).isEqualTo(200);
  }
}
