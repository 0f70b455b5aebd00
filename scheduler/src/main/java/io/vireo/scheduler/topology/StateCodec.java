package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.VmiState;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** States as JSON, for the store and its changelog. A field that is unknown is left out. */
final class StateCodec {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /**
   * A state as stored.
   *
   * @param wakeUpAtMs when to decide again without an input; 0 for never
   */
  record Stored(VmiState state, long wakeUpAtMs) {}

  private StateCodec() {}

  static byte[] encode(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  static Stored decode(byte[] bytes) {
    return MAPPER.readValue(bytes, Stored.class);
  }

  static NodeTable.Entry decodeNode(byte[] bytes) {
    return MAPPER.readValue(bytes, NodeTable.Entry.class);
  }
}
