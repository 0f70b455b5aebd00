package io.vireo.schemas;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * All schemas that Vireo's records are written with, by id. An id is the lower 31 bits of the
 * CRC-64-AVRO fingerprint of the schema's parsing canonical form: the same on every machine,
 * without asking a registry. Thread-safe and immutable.
 */
public final class SchemaCatalogue {

  private static final SchemaCatalogue CURRENT = ofTopics();

  private final Map<Integer, Schema> byId;
  private final Map<String, Schema> bySubject;

  private SchemaCatalogue(Map<Integer, Schema> byId, Map<String, Schema> bySubject) {
    this.byId = Map.copyOf(byId);
    this.bySubject = Map.copyOf(bySubject);
  }

  /** The schemas of this release and, so that old logs stay readable, of every earlier one. */
  public static SchemaCatalogue current() {
    return CURRENT;
  }

  private static SchemaCatalogue ofTopics() {
    Map<Integer, Schema> byId = new LinkedHashMap<>();
    Map<String, Schema> bySubject = new LinkedHashMap<>();
    for (Topic<?> topic : Topics.all()) {
      Schema schema = AvroCodec.schemaOf(topic.valueType());
      add(byId, schema);
      bySubject.put(topic.name() + "-value", schema);
    }
    Schema report = AvroCodec.schemaOf(io.vireo.schemas.avro.NodeReport.class);
    add(byId, report);
    bySubject.put("vireo.node.reports.v1-value", report);
    // After this release's own: the same schema is kept as the class has it.
    for (Schema released : ReleasedSchemas.load()) {
      add(byId, released);
    }
    return new SchemaCatalogue(byId, bySubject);
  }

  private static void add(Map<Integer, Schema> byId, Schema schema) {
    Schema other = byId.putIfAbsent(id(schema), schema);
    if (other != null
        && !SchemaNormalization.toParsingForm(other)
            .equals(SchemaNormalization.toParsingForm(schema))) {
      throw new IllegalStateException(
          "Expected schema ids to be unique, but "
              + schema.getFullName()
              + " and "
              + other.getFullName()
              + " share "
              + id(schema));
    }
  }

  /** Id of a schema, whether or not it is in the catalogue. */
  public static int id(Schema schema) {
    return (int) (SchemaNormalization.parsingFingerprint64(schema) & 0x7fffffffL);
  }

  /** The schema with this id, if any release wrote with it. */
  public Optional<Schema> find(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Current schema of each subject ({@code <topic>-value}). */
  public Map<String, Schema> subjects() {
    return bySubject;
  }

  /** All schemas by id. */
  public Map<Integer, Schema> schemas() {
    return byId;
  }
}
