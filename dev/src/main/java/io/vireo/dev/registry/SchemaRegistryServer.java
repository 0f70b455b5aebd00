package io.vireo.dev.registry;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.SchemaCatalogue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;

/**
 * Read-only schema registry with the Confluent REST API, at the root and below {@code
 * /apis/ccompat/v7}. Every subject has one version: the schema of this release.
 */
public final class SchemaRegistryServer implements AutoCloseable {

  private static final String ALTERNATIVE_ROOT = "/apis/ccompat/v7";
  private static final long TIMEOUT_SECONDS = 10;

  private final Vertx vertx;
  private final HttpServer server;

  private SchemaRegistryServer(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  /** Listens on a loopback port; 0 takes a free one. */
  public static SchemaRegistryServer start(int port) throws InterruptedException {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    try {
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(SchemaRegistryServer::answer)
              .listen(port, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return new SchemaRegistryServer(vertx, server);
    } catch (ExecutionException | TimeoutException e) {
      vertx.close();
      throw new IllegalStateException(
          "Expected the schema registry to listen on 127.0.0.1:" + port + ", but it could not", e);
    }
  }

  /** Address for clients. */
  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private static void answer(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      error(request, 405, 40501, "This registry is read-only: it serves the schemas of Vireo");
      return;
    }
    String path = request.path();
    if (path.startsWith(ALTERNATIVE_ROOT)) {
      path = path.substring(ALTERNATIVE_ROOT.length());
    }
    List<String> parts = List.of(path.split("/")).stream().filter(part -> !part.isEmpty()).toList();
    Map<String, Schema> subjects = SchemaCatalogue.current().subjects();
    switch (parts.isEmpty() ? "" : parts.getFirst()) {
      case "", "mode" -> json(request, Map.of("mode", "READONLY"));
      case "config" -> json(request, Map.of("compatibilityLevel", "FULL_TRANSITIVE"));
      case "schemas" -> schema(request, parts);
      case "subjects" -> {
        if (parts.size() == 1) {
          json(request, new TreeSet<>(subjects.keySet()));
        } else {
          subject(request, parts);
        }
      }
      default -> error(request, 404, 404, "No such path: " + request.path());
    }
  }

  private static void schema(HttpServerRequest request, List<String> parts) {
    if (parts.size() == 2 && parts.get(1).equals("types")) {
      json(request, List.of("AVRO"));
      return;
    }
    if (parts.size() < 3
        || !parts.get(1).equals("ids")
        || !parts.get(2).matches("[0-9]{1,9}|[0-9]{10}")) {
      error(request, 404, 40403, "Expected /schemas/ids/ID");
      return;
    }
    long id = Long.parseLong(parts.get(2));
    SchemaCatalogue.current()
        .find(id > Integer.MAX_VALUE ? -1 : (int) id)
        .ifPresentOrElse(
            schema -> json(request, Map.of("schema", schema.toString(), "schemaType", "AVRO")),
            () -> error(request, 404, 40403, "Schema " + id + " not found"));
  }

  private static void subject(HttpServerRequest request, List<String> parts) {
    Schema schema = SchemaCatalogue.current().subjects().get(parts.get(1));
    if (schema == null) {
      error(request, 404, 40401, "Subject '" + parts.get(1) + "' not found");
      return;
    }
    if (parts.size() == 3 && parts.get(2).equals("versions")) {
      json(request, List.of(1));
    } else if (parts.size() >= 4 && (parts.get(3).equals("1") || parts.get(3).equals("latest"))) {
      Map<String, Object> version = new TreeMap<>();
      version.put("subject", parts.get(1));
      version.put("version", 1);
      version.put("id", SchemaCatalogue.id(schema));
      version.put("schemaType", "AVRO");
      version.put("schema", schema.toString());
      json(request, version);
    } else {
      error(request, 404, 40402, "Version not found");
    }
  }

  private static void json(HttpServerRequest request, Object body) {
    request
        .response()
        .putHeader("content-type", "application/vnd.schemaregistry.v1+json")
        .end(CanonicalJson.write(body));
  }

  private static void error(HttpServerRequest request, int status, int code, String message) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/vnd.schemaregistry.v1+json")
        .end(CanonicalJson.write(Map.of("error_code", code, "message", message)));
  }

  /** Stops listening. */
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
      throw new IllegalStateException("Expected the schema registry to close, but it did not", e);
    }
  }
}
