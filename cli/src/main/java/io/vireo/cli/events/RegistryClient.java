package io.vireo.cli.events;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import tools.jackson.databind.json.JsonMapper;

/** Decodes records with the schemas that a Confluent-compatible registry has. For one thread. */
final class RegistryClient implements AutoCloseable {

  private static final int HEADER_BYTES = 5;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final String url;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Map<Integer, Schema> schemas = new HashMap<>();

  RegistryClient(String url) {
    this.url = url;
  }

  /** Decodes a value: 00, the schema's id as four bytes, Avro binary. */
  GenericRecord decode(byte[] value) throws IOException, InterruptedException {
    if (value.length < HEADER_BYTES || value[0] != 0) {
      throw new IOException("Expected a value that begins with a schema id");
    }
    Schema schema = schema(ByteBuffer.wrap(value, 1, Integer.BYTES).getInt());
    return new GenericDatumReader<GenericRecord>(schema)
        .read(
            null,
            DecoderFactory.get()
                .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null));
  }

  private Schema schema(int id) throws IOException, InterruptedException {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    URI address = URI.create(url + "/schemas/ids/" + Integer.toUnsignedString(id));
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(address).timeout(TIMEOUT).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          "Expected the registry to have schema " + id + ", but it answered " + response.body());
    }
    Schema schema =
        new Schema.Parser().parse(MAPPER.readTree(response.body()).path("schema").asString(""));
    schemas.put(id, schema);
    return schema;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
