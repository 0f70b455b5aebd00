package io.vireo.cli.events;

import io.vireo.cli.Json;
import io.vireo.cli.TextTable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * One record of {@code vireo.vmi.events.v1} or {@code vireo.vm.events.v1}, with whatever fields its
 * schema has.
 *
 * @param fields by name, nested records as maps
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 */
public record EventRow(Map<String, Object> fields, String topic, int partition, long offset) {

  /** By time; what one decision wrote, in the order in which it was written. */
  static final Comparator<EventRow> ORDER =
      Comparator.comparingLong(EventRow::time)
          .thenComparing(EventRow::topic)
          .thenComparing(EventRow::partition)
          .thenComparingLong(EventRow::offset);

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final int MESSAGE_MAX = 100;

  static EventRow of(GenericRecord event, String topic, int partition, long offset) {
    return new EventRow(map(event), topic, partition, offset);
  }

  private static Map<String, Object> map(GenericRecord event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Schema.Field field : event.getSchema().getFields()) {
      Object value = event.get(field.pos());
      if (value != null) {
        fields.put(field.name(), plain(value));
      }
    }
    return fields;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case GenericRecord nested -> map(nested);
      case Number number -> number;
      case Boolean bool -> bool;
      case Map<?, ?> map -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, element) -> copy.put(String.valueOf(key), plain(element)));
        yield copy;
      }
      case Iterable<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(element -> copy.add(plain(element)));
        yield copy;
      }
      default -> value.toString();
    };
  }

  /** A field as text; empty when it is absent. */
  public String text(String field) {
    Object value = fields.get(field);
    return value == null ? "" : value.toString();
  }

  long time() {
    return fields.get("time") instanceof Number number ? number.longValue() : 0;
  }

  /** Whether it is of this object; an empty name or namespace stands for any. */
  boolean isOf(String namespace, String name) {
    return (namespace.isEmpty() || text("namespace").equals(namespace))
        && (name.isEmpty() || text("name").equals(name));
  }

  /** On one line, for programs. */
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>(fields);
    all.put("topic", topic);
    all.put("partition", partition);
    all.put("offset", offset);
    return Json.line(all);
  }

  /** Headings of {@link #addTo}. */
  public static TextTable table() {
    return new TextTable("TIME", "VMI", "SEQ", "TYPE", "DETAIL", "NODE", "CAUSE", "MESSAGE");
  }

  /** Adds it to a table. */
  public void addTo(TextTable table) {
    table.row(cells());
  }

  /** The columns of a line that is printed before its table is complete. */
  public String line() {
    String[] cells = cells();
    return String.format("%-12s  %-20s  %-4s  %-20s  %-28s  %-8s  %-36s  %s", (Object[]) cells)
        .stripTrailing();
  }

  private String[] cells() {
    return new String[] {
      TIME.format(Instant.ofEpochMilli(time()).atZone(ZoneId.systemDefault())),
      whose(),
      text("sequence"),
      text("type"),
      detail(),
      text("node"),
      cause(),
      cut(text("message"))
    };
  }

  /** An owner of VMIs, whose name a VMI has too, by its kind. */
  private String whose() {
    String name = text("namespace") + "/" + text("name");
    String kind =
        switch (text("kind")) {
          case "VirtualMachine" -> "vm ";
          case "VirtualMachineInstanceReplicaSet" -> "vmirs ";
          default -> "";
        };
    return kind + name;
  }

  /** What tells one event from the next of its type: the reason, and what attributes say. */
  private String detail() {
    List<String> words = new ArrayList<>();
    if (!text("reason").isEmpty()) {
      words.add(text("reason"));
    }
    if (fields.get("attributes") instanceof Map<?, ?> attributes) {
      attributes.entrySet().stream()
          .filter(entry -> String.valueOf(entry.getValue()).length() <= 40)
          .map(entry -> entry.getKey() + "=" + entry.getValue())
          .sorted()
          .forEach(words::add);
    }
    return cut(String.join(" ", words));
  }

  private String cause() {
    if (!(fields.get("cause") instanceof Map<?, ?> cause)) {
      return "";
    }
    String topic = String.valueOf(cause.get("topic"));
    return topic.equals("timer")
        ? topic
        : topic + "-" + cause.get("partition") + "@" + cause.get("offset");
  }

  private static String cut(String text) {
    return text.length() <= MESSAGE_MAX ? text : text.substring(0, MESSAGE_MAX - 3) + "...";
  }
}
