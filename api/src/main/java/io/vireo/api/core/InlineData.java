package io.vireo.api.core;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Data that a manifest holds itself and that nobody but its guest may read. */
final class InlineData {

  private static final List<String> KEYS =
      List.of("userData", "userDataBase64", "networkData", "networkDataBase64");

  private InlineData() {}

  /** Bytes that it has, decoded; empty if it is no text or cannot be decoded. */
  static OptionalInt size(Node data, boolean base64) {
    if (!data.isText()) {
      return OptionalInt.empty();
    }
    if (!base64) {
      return OptionalInt.of(data.text().getBytes(StandardCharsets.UTF_8).length);
    }
    try {
      return OptionalInt.of(Base64.getDecoder().decode(data.text()).length);
    } catch (IllegalArgumentException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * Puts words about the data in its place, as those who carry a spec out see them: the mark that
   * ends with the size.
   */
  static void hide(Map<String, Object> spec) {
    for (Node volume : new Node("", spec).items("volumes")) {
      for (String kind : VolumeRules.CLOUD_INIT) {
        if (volume.get(kind).value() instanceof Map<?, ?> source) {
          Map<String, Object> fields = Trees.asObject(source);
          for (String key : KEYS) {
            Node data = new Node(key, fields.get(key));
            if (data.isThere() && data.isText()) {
              OptionalInt size = size(data, key.endsWith("Base64"));
              String mark = size.isPresent() ? "bytes=" + size.getAsInt() : "not-base64";
              fields.put(key, "inline;" + mark);
            }
          }
        }
      }
    }
  }
}
