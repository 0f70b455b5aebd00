package io.vireo.cluster.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.vireo.cluster.core.Api;
import io.vireo.cluster.core.ApiAnswer;
import io.vireo.cluster.core.ApiRequest;
import io.vireo.schemas.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests and waits for answers. Thread-safe. */
public final class ApiServer implements Api, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
  private static final int PARALLEL_MAX = 64;
  private static final long TIMEOUT_SECONDS = 10;
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
  private static final String PROBE_PATH = "/version";

  private final KubernetesClient client;
  private final HttpClient http;
  private final String base;
  private final Semaphore slots = new Semaphore(PARALLEL_MAX);
  private final Thread probe;
  private volatile Optional<String> problem = Optional.of("the API server was not asked yet");

  private ApiServer(KubernetesClient client) {
    this.client = client;
    this.http = client.getHttpClient();
    String url = client.getMasterUrl().toString();
    this.base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.probe = Thread.ofVirtual().name("api-probe").unstarted(this::probe);
  }

  /**
   * Connects. The first request of a process is slow (classes, TLS), so one is made here.
   *
   * @param kubeconfig the file to use; empty for the account of the pod
   */
  public static ApiServer connect(Optional<Path> kubeconfig) throws InterruptedException {
    Config found =
        kubeconfig
            .map(file -> Config.fromKubeconfig(file.toFile()))
            .orElseGet(() -> Config.autoConfigure(null));
    Config config =
        new ConfigBuilder(found)
            .withRequestRetryBackoffLimit(0)
            .withMaxConcurrentRequests(PARALLEL_MAX)
            .withMaxConcurrentRequestsPerHost(PARALLEL_MAX)
            .withUserAgent("vireo-cluster-executor")
            .build();
    ApiServer server = new ApiServer(new KubernetesClientBuilder().withConfig(config).build());
    server.ask();
    server.probe.start();
    return server;
  }

  @Override
  public ApiAnswer send(ApiRequest request) throws InterruptedException {
    HttpRequest.Builder builder =
        http.newHttpRequestBuilder()
            .uri(base + request.path())
            .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .header("Accept", "application/json");
    Object body = request.body();
    builder.method(
        request.verb().method(),
        body == null ? null : request.verb().contentType(),
        body == null ? null : CanonicalJson.write(body));
    slots.acquire();
    CompletableFuture<HttpResponse<byte[]>> reply = http.sendAsync(builder.build(), byte[].class);
    try {
      HttpResponse<byte[]> response = reply.get(TIMEOUT_SECONDS + 1, TimeUnit.SECONDS);
      return new ApiAnswer(response.code(), tree(response.body()));
    } catch (ExecutionException e) {
      return ApiAnswer.none("No answer of the API server: " + e.getCause());
    } catch (TimeoutException e) {
      reply.cancel(true);
      return ApiAnswer.none("No answer of the API server in " + TIMEOUT_SECONDS + " s");
    } finally {
      slots.release();
    }
  }

  private static Map<String, Object> tree(byte[] body) {
    if (body == null || body.length == 0) {
      return Map.of();
    }
    String text = new String(body, StandardCharsets.UTF_8);
    Map<String, Object> tree = new LinkedHashMap<>();
    try {
      if (CanonicalJson.read(text) instanceof Map<?, ?> map) {
        map.forEach((key, value) -> tree.put(String.valueOf(key), value));
      }
    } catch (IllegalArgumentException e) {
      // A proxy in between may answer in plain words.
      tree.put("message", text.length() > 256 ? text.substring(0, 256) : text);
    }
    return tree;
  }

  private void probe() {
    try {
      while (true) {
        Thread.sleep(PROBE_EVERY);
        ask();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() throws InterruptedException {
    ApiAnswer answer = send(new ApiRequest(ApiRequest.Verb.GET, PROBE_PATH, null));
    // 403 is an answer too: it is there.
    boolean there = answer.code() > 0 && answer.code() < 500;
    Optional<String> now =
        there ? Optional.empty() : Optional.of("the API server answers " + answer.code());
    if (now.isPresent() && problem.isEmpty()) {
      log.atWarn().addKeyValue("code", answer.code()).log("The API server does not answer");
    }
    problem = now;
  }

  /** Whether it answered lately. */
  public Optional<String> problem() {
    return problem;
  }

  @Override
  public void close() {
    probe.interrupt();
    client.close();
  }
}
