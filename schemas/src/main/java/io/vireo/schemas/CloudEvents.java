package io.vireo.schemas;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * CloudEvents attributes as Kafka headers, in binary mode: {@code ce_*} and {@code content-type}.
 */
public final class CloudEvents {

  private static final String TYPE_PREFIX = "io.vireo.";

  private CloudEvents() {}

  /**
   * Headers of one event.
   *
   * @param id unique for the source, the same when the same event is sent again
   * @param type fact in lower-kebab, such as {@code vmi-desired}; {@code io.vireo.} goes before it
   * @param source component that says it, such as {@code ingest}
   * @param subject {@code namespace/name} of the object
   * @param timeMs when it happened, ms since the epoch
   */
  public static List<Header> headers(
      String id, String type, String source, String subject, long timeMs) {
    return List.of(
        header("ce_specversion", "1.0"),
        header("ce_id", id),
        header("ce_type", TYPE_PREFIX + type),
        header("ce_source", "/vireo/" + source),
        header("ce_subject", subject),
        header("ce_time", Instant.ofEpochMilli(timeMs).toString()),
        header("content-type", "application/vnd.apache.avro+binary"));
  }

  /** {@code VmiDesired} to {@code vmi-desired}. */
  public static String type(Class<?> record) {
    return record
        .getSimpleName()
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
        .toLowerCase(java.util.Locale.ROOT);
  }

  private static Header header(String key, String value) {
    return new RecordHeader(key, value.getBytes(StandardCharsets.UTF_8));
  }
}
