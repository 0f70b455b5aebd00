package io.vireo.api.http;

import io.micrometer.core.instrument.MeterRegistry;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Serves {@code POST /mutate} and {@code POST /validate} over HTTPS. Deciding takes less than a
 * millisecond, so it is done where the request is read, on one event loop. Thread-safe.
 */
public final class AdmissionServer implements AutoCloseable {

  /**
   * A request holds the object, before it is known whether it can be stored (the API server takes 3
   * MiB), and the one that is stored (at most 1.5 MiB), each a little longer than it came.
   */
  static final int BODY_MAX = 8 << 20;

  /** Within it a body must be whole; the API server gives up before. */
  static final long BODY_MILLIS_MAX = 5_000;

  private static final int CONNECTIONS_MAX = 512;
  private static final long BYTES_MAX = 4L * BODY_MAX;
  // Longer than API servers keep a connection that they do not use, so they are the ones to close.
  private static final int IDLE_SECONDS = 150;
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
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    Question mutate = new Question("mutate", deciders.mutate(), registry);
    Question validate = new Question("validate", deciders.validate(), registry);
    Room room = new Room(CONNECTIONS_MAX, BYTES_MAX);
    try {
      HttpServer server =
          vertx
              .createHttpServer(
                  new HttpServerOptions()
                      .setHost(host)
                      .setPort(port)
                      .setSsl(true)
                      .setUseAlpn(true)
                      .setKeyCertOptions(pem(pair))
                      .setIdleTimeout(IDLE_SECONDS))
              .connectionHandler(
                  connection -> {
                    if (room.connect()) {
                      connection.closeHandler(closed -> room.disconnect());
                    } else {
                      connection.close();
                    }
                  })
              .requestHandler(
                  request -> {
                    switch (request.path()) {
                      case "/mutate" -> take(vertx, room, request, mutate);
                      case "/validate" -> take(vertx, room, request, validate);
                      case null, default -> refuse(request, 404, "Expected /mutate or /validate");
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

  private static void take(Vertx vertx, Room room, HttpServerRequest request, Question question) {
    if (!request.method().equals(HttpMethod.POST)) {
      refuse(request, 405, "Expected POST");
      return;
    }
    Body.take(
        request,
        vertx,
        room,
        BODY_MAX,
        BODY_MILLIS_MAX,
        body -> {
          Question.Reply reply = question.answer(body);
          request
              .response()
              .setStatusCode(reply.code())
              .putHeader("content-type", reply.isReview() ? JSON : "text/plain; charset=utf-8")
              .end(Buffer.buffer(reply.body()));
        });
  }

  private static void refuse(HttpServerRequest request, int code, String words) {
    request.response().setStatusCode(code).end(words + "\n");
  }

  /**
   * Serves new connections with another certificate; those that are open go on.
   *
   * @throws IllegalStateException if it cannot be served with; the one before is served on
   */
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

  /** Stops listening, and ends connections. Idempotent. */
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
      throw new IllegalStateException("Expected the admission server to close, but it did not", e);
    }
  }
}
