package io.vireo.node.launcher;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * One line of the control connection: a verb and named values, percent-encoded. The launcher's
 * module has the same few lines: modules share no code, only this form.
 */
public record Message(String verb, Map<String, String> values) {

  /** Longest line, in characters. */
  public static final int LENGTH_MAX = 8192;

  public Message {
    values = Map.copyOf(values);
  }

  /** A message of pairs: key, value, key, value. */
  public static Message of(String verb, String... pairs) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return new Message(verb, values);
  }

  /** A value, or the empty string. */
  public String get(String key) {
    return values.getOrDefault(key, "");
  }

  /** The line, without its end. */
  public String encode() {
    StringBuilder line = new StringBuilder(verb);
    new TreeMap<>(values)
        .forEach(
            (key, value) ->
                line.append(' ')
                    .append(key)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return line.toString();
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  public static Message decode(String line) {
    String[] parts = line.split(" ", -1);
    Map<String, String> values = new TreeMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("Expected key=value in a control message");
      }
      values.put(
          parts[i].substring(0, equals),
          URLDecoder.decode(parts[i].substring(equals + 1), StandardCharsets.UTF_8));
    }
    return new Message(parts[0], values);
  }
}
