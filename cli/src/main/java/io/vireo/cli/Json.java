package io.vireo.cli;

import tools.jackson.databind.json.JsonMapper;

/** JSON for programs. */
public final class Json {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /** On several lines. */
  public static String pretty(Object value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /** On one line. */
  public static String line(Object value) {
    return MAPPER.writeValueAsString(value);
  }
}
