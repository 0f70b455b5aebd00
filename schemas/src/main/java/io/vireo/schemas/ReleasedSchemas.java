package io.vireo.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Schemas of earlier releases, kept under {@code released/} so that their records stay readable.
 */
final class ReleasedSchemas {

  private ReleasedSchemas() {}

  /** Reads every schema that {@code released/index} names, one resource name a line. */
  static List<Schema> load() {
    List<Schema> schemas = new ArrayList<>();
    for (String name : text("released/index").lines().filter(line -> !line.isBlank()).toList()) {
      schemas.add(new Schema.Parser().parse(text("released/" + name.strip())));
    }
    return List.copyOf(schemas);
  }

  private static String text(String resource) {
    try (InputStream in = ReleasedSchemas.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("Expected resource " + resource + ", but it is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read resource " + resource, e);
    }
  }
}
