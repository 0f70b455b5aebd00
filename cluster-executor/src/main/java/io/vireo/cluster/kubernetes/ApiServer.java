package io.vireo.cluster.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.vireo.cluster.core.Api;
import io.vireo.cluster.core.ApiAnswer;
import io.vireo.cluster.core.ApiRequest;
import io.vireo.schemas.CanonicalJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests; answers come on the executor that is given. Thread-safe. */
public final class ApiServer implements Api, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
  private static final int PARALLEL_MAX = 64;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
  private static final String PROBE_PATH = "/version";

  private final KubernetesClient client;
  private final HttpClient http;
  private final String base;
  private final Executor plans;
  private final Duration timeout;
  private final Thread probe;
  private volatile Optional<String> problem = Optional.of("the API server was not asked yet");

  private ApiServer(KubernetesClient client, Executor plans, Duration timeout) {
    this.plans = plans;
    this.timeout = timeout;
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
   * @param plans what depends on answers runs there
   */
  public static ApiServer connect(Optional<Path> kubeconfig, Executor plans) {
    return connect(kubeconfig, plans, TIMEOUT);
  }

  static ApiServer connect(Optional<Path> kubeconfig, Executor plans, Duration timeout) {
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
    ApiServer server =
        new ApiServer(new KubernetesClientBuilder().withConfig(config).build(), plans, timeout);
    server.ask();
    server.probe.start();
    return server;
  }

  @Override
  public CompletableFuture<ApiAnswer> send(ApiRequest request) {
    Failpoints.before(request.effect());
    BoundedBody body = new BoundedBody();
    CompletableFuture<HttpResponse<AsyncBody>> reply;
    try {
      reply = http.consumeBytes(http(request), body);
    } catch (RuntimeException e) {
      // Such as a client that was closed. The class only: words may quote what was to be written.
      return CompletableFuture.completedFuture(
          ApiAnswer.none("The request could not be sent: " + e.getClass().getSimpleName()));
    }
    return reply
        .thenCompose(response -> whole(response, body))
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handleAsync(
            (answer, problem) -> {
              if (problem != null) {
                cancel(reply);
                return none(problem);
              }
              Failpoints.after(request.effect());
              return answer.read();
            },
            plans);
  }

  private HttpRequest http(ApiRequest request) {
    HttpRequest.Builder builder =
        http.newHttpRequestBuilder()
            .uri(base + request.path())
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .header("Accept", "application/json");
    Object body = request.body();
    builder.method(
        request.verb().method(),
        body == null ? null : request.verb().contentType(),
        body == null ? null : CanonicalJson.write(body));
    return builder.build();
  }

  private static CompletableFuture<RawAnswer> whole(
      HttpResponse<AsyncBody> response, BoundedBody body) {
    response.body().consume();
    return response
        .body()
        .done()
        .thenApply(
            done -> new RawAnswer(response.code(), response.header("Retry-After"), body.bytes()));
  }

  private static void cancel(CompletableFuture<HttpResponse<AsyncBody>> reply) {
    if (reply.isDone() && !reply.isCompletedExceptionally()) {
      reply.join().body().cancel();
    } else {
      reply.cancel(true);
    }
  }

  private ApiAnswer none(Throwable problem) {
    Throwable cause =
        problem instanceof CompletionException && problem.getCause() != null
            ? problem.getCause()
            : problem;
    return cause instanceof TimeoutException
        ? ApiAnswer.none("No answer of the API server in " + timeout.toSeconds() + " s")
        : ApiAnswer.none("No answer of the API server: " + cause);
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

  private void ask() {
    // On threads of this class only, never on one that others wait for.
    ApiAnswer answer = send(ApiRequest.get(PROBE_PATH)).join();
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
