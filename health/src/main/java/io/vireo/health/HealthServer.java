package io.vireo.health;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Serves {@code /healthz} (the process answers), {@code /readyz} (all checks pass; else 503 with
 * one line a problem) and {@code /metrics} (Prometheus text). Thread-safe.
 */
public final class HealthServer implements AutoCloseable {

  private static final long TIMEOUT_SECONDS = 10;

  private final Vertx vertx;
  private final HttpServer server;
  private final PrometheusMeterRegistry registry;
  private final Map<String, ReadinessCheck> checks;

  private HealthServer(
      Vertx vertx,
      HttpServer server,
      PrometheusMeterRegistry registry,
      Map<String, ReadinessCheck> checks) {
    this.vertx = vertx;
    this.server = server;
    this.registry = registry;
    this.checks = checks;
  }

  /**
   * Listens and returns. Until a check is added the component counts as ready, so add them before
   * anything that may be slow.
   *
   * @param address {@code host:port}; port 0 takes a free one, see {@link #port()}
   * @param component name that every meter carries as the tag {@code component}
   * @throws IllegalStateException if the address cannot be listened on; the message names it
   */
  public static HealthServer start(String address, String component) throws InterruptedException {
    HostPort hostPort = HostPort.parse(address);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().commonTags("component", component);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    Map<String, ReadinessCheck> checks = new ConcurrentSkipListMap<>();
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    try {
      HttpServer server =
          vertx
              .createHttpServer(
                  new HttpServerOptions().setHost(hostPort.host()).setPort(hostPort.port()))
              .requestHandler(request -> answer(request, registry, checks))
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return new HealthServer(vertx, server, registry, checks);
    } catch (ExecutionException | TimeoutException e) {
      vertx.close();
      throw new IllegalStateException("Expected to listen on " + address + ", but could not", e);
    }
  }

  private static void answer(
      HttpServerRequest request,
      PrometheusMeterRegistry registry,
      Map<String, ReadinessCheck> checks) {
    switch (request.path()) {
      case "/healthz" -> request.response().end("ok\n");
      case "/readyz" -> {
        StringBuilder problems = new StringBuilder();
        checks.forEach(
            (name, check) -> {
              Optional<String> problem = check.problem();
              problem.ifPresent(
                  text -> problems.append(name).append(": ").append(text).append('\n'));
            });
        if (problems.isEmpty()) {
          request.response().end("ok\n");
        } else {
          request.response().setStatusCode(503).end(problems.toString());
        }
      }
      case "/metrics" ->
          request
              .response()
              .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
              .end(registry.scrape());
      default -> request.response().setStatusCode(404).end("not found\n");
    }
  }

  /** Adds or replaces a readiness check. */
  public void check(String name, ReadinessCheck check) {
    checks.put(name, check);
  }

  /** Where the component's meters go. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  /** Stops listening. Idempotent. */
  @Override
  public void close() {
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("Expected the health server to close, but it did not", e);
    } finally {
      registry.close();
    }
  }
}
