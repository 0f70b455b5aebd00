package io.vireo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;

/**
 * Every released schema can be read by today's code and today's records by every released reader:
 * logs live longer than releases, and parts are upgraded one after another.
 */
class SchemaCompatibilityTest {

  @Test
  void shouldStayFullyCompatibleWithEveryReleasedSchema() {
    List<Schema> released = ReleasedSchemas.load();
    assertThat(released).isNotEmpty();
    for (Schema old : released) {
      Schema current =
          SchemaCatalogue.current().subjects().values().stream()
              .filter(schema -> schema.getFullName().equals(old.getFullName()))
              .findFirst()
              .orElseThrow(
                  () -> new AssertionError("A released schema vanished: " + old.getFullName()));
      assertReads(current, old);
      assertReads(old, current);
    }
  }

  private static void assertReads(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(result.getType())
        .as("%s: %s", reader.getFullName(), result.getDescription())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }
}
