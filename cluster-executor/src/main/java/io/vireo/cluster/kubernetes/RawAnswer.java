package io.vireo.cluster.kubernetes;

import io.vireo.cluster.core.ApiAnswer;
import io.vireo.schemas.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer as it came over the wire. */
final class RawAnswer {

  private static final int WORDS_MAX = 256;

  private final int code;
  private final @Nullable String retryAfter;
  private final byte[] body;

  RawAnswer(int code, @Nullable String retryAfter, byte[] body) {
    this.code = code;
    this.retryAfter = retryAfter;
    this.body = body;
  }

  /**
   * What it says. A success that shows no object is no answer: something on the way gave it, and
   * whether the API server was asked at all is not known.
   */
  ApiAnswer read() {
    String text = new String(body, StandardCharsets.UTF_8);
    Map<String, Object> tree = new LinkedHashMap<>();
    boolean isObject = false;
    try {
      if (CanonicalJson.read(text) instanceof Map<?, ?> map) {
        map.forEach((key, value) -> tree.put(String.valueOf(key), value));
        isObject = true;
      }
    } catch (IllegalArgumentException e) {
      // A failure may be told in plain words; those are kept below.
    }
    if (!isObject && code >= 200 && code < 300) {
      return ApiAnswer.none("Expected a JSON object, but the answer " + code + " has none");
    }
    if (!isObject && !text.isBlank()) {
      tree.put("message", text.substring(0, Math.min(WORDS_MAX, text.length())));
    }
    return new ApiAnswer(code, tree, retryAfterMs());
  }

  /** Seconds only; the API server gives no dates. */
  private long retryAfterMs() {
    return retryAfter != null && retryAfter.matches("[0-9]{1,9}")
        ? Long.parseLong(retryAfter) * 1_000
        : 0;
  }
}
