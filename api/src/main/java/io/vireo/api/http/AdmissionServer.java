package io.vireo.api.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vireo.api.core.AdmissionAnswer;
import io.vireo.api.core.AdmissionRequest;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code POST /mutate} and {@code POST /validate} over HTTPS. Deciding is a matter of
 * microseconds, so it is done where the request is read. Thread-safe.
 */
public final class AdmissionServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AdmissionServer.class);

  /** Two objects of at most 1.5 MiB, which is what the API server stores, and what is around them. */
  private static final int BODY_MAX = 4 << 20;

  private static final int LOOPS_MAX = 2;
  private static final int IDLE_SECONDS = 120;
  private static final long TIMEOUT_SECONDS = 10;
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final HttpServer server;

  /** A certificate with its key, both in PEM. */
  public record KeyPair(String certificate, String key) {
    /** Never shows the key. */
    @Override
    public String toString() {
      return "KeyPair[...]";
    }
  }

  /**
   * What decides.
   *
   * @param mutate what a request is to be stored as
   * @param validate whether it may be stored
   */
  public record Deciders(
      Function<AdmissionRequest, AdmissionAnswer> mutate,
      Function<AdmissionRequest, AdmissionAnswer> validate) {}

  private AdmissionServer(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  /**
   * Listens and returns.
   *
   * @param port 0 takes a free one, see {@link #port()}
   * @throws IllegalStateException if the address cannot be listened on; the message names it
   */
  public static AdmissionServer start(
      String host, int port, KeyPair pair, Deciders deciders, MeterRegistry registry)
      throws InterruptedException {
    int loops = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, LOOPS_MAX);
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    Path mutate = new Path("mutate", deciders.mutate(), registry);
    Path validate = new Path("validate", deciders.validate(), registry);
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(pem(pair))
            .setIdleTimeout(IDLE_SECONDS);
    try {
      HttpServer server =
          vertx
              .createHttpServer(options)
              .requestHandler(
                  request -> {
                    switch (request.path()) {
                      case "/mutate" -> take(request, mutate);
                      case "/validate" -> take(request, validate);
                      case null, default -> refuse(request, 404, "not found");
                    }
                  })
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return new AdmissionServer(vertx, server);
    } catch (ExecutionException | TimeoutException e) {
      vertx.close();
      throw new IllegalStateException(
          "Expected to listen on " + host + ":" + port + ", but could not", e);
    }
  }

  private static PemKeyCertOptions pem(KeyPair pair) {
    return new PemKeyCertOptions()
        .setCertValue(Buffer.buffer(pair.certificate()))
        .setKeyValue(Buffer.buffer(pair.key()));
  }

  /** One of the two questions, with its time. */
  private static final class Path {
    private final String name;
    private final Function<AdmissionRequest, AdmissionAnswer> decider;
    private final Timer allowed;
    private final Timer denied;
    private final Timer broken;

    Path(
        String name, Function<AdmissionRequest, AdmissionAnswer> decider, MeterRegistry registry) {
      this.name = name;
      this.decider = decider;
      this.allowed = timer(name, "allowed", registry);
      this.denied = timer(name, "denied", registry);
      this.broken = timer(name, "broken", registry);
    }

    private static Timer timer(String name, String result, MeterRegistry registry) {
      return Timer.builder("vireo.admission")
          .description("Time from the whole request until the answer")
          .tag("path", name)
          .tag("result", result)
          .publishPercentileHistogram()
          .minimumExpectedValue(Duration.ofNanos(100_000))
          .maximumExpectedValue(Duration.ofSeconds(1))
          .register(registry);
    }
  }

  private static void take(HttpServerRequest request, Path path) {
    if (!request.method().equals(HttpMethod.POST)) {
      refuse(request, 405, "expected POST");
      return;
    }
    @Nullable String length = request.getHeader("content-length");
    if (length != null && (!length.matches("[0-9]{1,9}") || Integer.parseInt(length) > BODY_MAX)) {
      refuse(request, 413, "expected at most " + BODY_MAX + " bytes");
      return;
    }
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() + part.length() > BODY_MAX) {
            request.handler(null);
            refuse(request, 413, "expected at most " + BODY_MAX + " bytes");
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        end -> {
          if (!request.response().ended()) {
            answer(request, path, body.getBytes());
          }
        });
  }

  private static void answer(HttpServerRequest request, Path path, byte[] body) {
    long started = System.nanoTime();
    AdmissionRequest asked;
    try {
      asked = Reviews.read(body);
    } catch (IllegalArgumentException e) {
      path.broken.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
      refuse(request, 400, String.valueOf(e.getMessage()));
      return;
    }
    try {
      AdmissionAnswer answer = path.decider.apply(asked);
      byte[] written = Reviews.write(asked, answer);
      request.response().putHeader("content-type", JSON).end(Buffer.buffer(written));
      (answer instanceof AdmissionAnswer.Allowed ? path.allowed : path.denied)
          .record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
    } catch (RuntimeException | StackOverflowError e) {
      // The words of an exception may quote the object, which may hold a secret.
      path.broken.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
      log.atError()
          .addKeyValue("path", path.name)
          .addKeyValue("kind", asked.kind())
          .addKeyValue("object", asked.namespace() + "/" + asked.name())
          .addKeyValue("problem", e.getClass().getName())
          .addKeyValue("at", e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0].toString())
          .log("A request could not be decided");
      refuse(request, 500, "the request could not be decided; see the log of Vireo's api");
    }
  }

  private static void refuse(HttpServerRequest request, int code, String words) {
    request.response().setStatusCode(code).end(words + "\n");
  }

  /** Serves new connections with another certificate; those that are open go on. */
  public void replace(KeyPair pair) throws InterruptedException {
    try {
      server
          .updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(pem(pair)).setUseAlpn(true))
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("Expected the server to take another certificate", e);
    }
  }

  /** Port that is listened on. */
  public int port() {
    return server.actualPort();
  }

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
      throw new IllegalStateException("Expected the admission server to close", e);
    }
  }
}
