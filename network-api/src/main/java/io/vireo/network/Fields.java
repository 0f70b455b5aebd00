package io.vireo.network;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Named texts in a message: a line each, {@code name=value}. */
final class Fields {

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");
  private static final int FIELDS_MAX = 64;

  private final Map<String, String> values;

  private Fields(Map<String, String> values) {
    this.values = values;
  }

  Fields() {
    this(new TreeMap<>());
  }

  /** Reads a message; a value may have any character but a line's end. */
  static Fields decode(byte[] bytes) {
    Map<String, String> values = new TreeMap<>();
    String text = new String(bytes, StandardCharsets.UTF_8);
    String[] lines = text.isEmpty() ? new String[0] : text.split("\n", -1);
    if (lines.length > FIELDS_MAX) {
      throw new IllegalArgumentException("Expected at most " + FIELDS_MAX + " fields");
    }
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals < 0 || !NAME.matcher(line.substring(0, equals)).matches()) {
        throw new IllegalArgumentException("Expected name=value in each line");
      }
      if (values.put(line.substring(0, equals), line.substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            "Expected " + line.substring(0, equals) + " once, but it is there twice");
      }
    }
    return new Fields(values);
  }

  byte[] encode() {
    List<String> lines = new ArrayList<>();
    values.forEach((name, value) -> lines.add(name + "=" + value));
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  Fields put(String name, String value) {
    if (!NAME.matcher(name).matches() || value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("Expected a field's text without line ends: " + name);
    }
    values.put(name, value);
    return this;
  }

  Fields put(String name, Optional<String> value) {
    value.ifPresent(text -> put(name, text));
    return this;
  }

  /** A list; its items have no commas, and nothing is the empty list. */
  Fields put(String name, List<String> items) {
    if (items.stream().anyMatch(item -> item.isEmpty() || item.contains(","))) {
      throw new IllegalArgumentException("Expected items without commas: " + name);
    }
    return items.isEmpty() ? this : put(name, String.join(",", items));
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String required(String name) {
    return text(name)
        .orElseThrow(() -> new IllegalArgumentException("Expected " + name + " to be set"));
  }

  int number(String name, int min, int max) {
    String value = required(name);
    int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
    if (number < min || number > max) {
      throw new IllegalArgumentException(
          "Expected %s from %d to %d, but it is '%s'".formatted(name, min, max, value));
    }
    return number;
  }

  List<String> list(String name) {
    return text(name).map(text -> List.of(text.split(",", -1))).orElse(List.of());
  }
}
