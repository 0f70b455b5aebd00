package io.vireo.cluster.core;

import java.util.Map;

/**
 * What the API server said.
 *
 * @param code HTTP status; 0 when no answer came
 * @param body the object, or the Status of a failure; empty when there is none
 */
public record ApiAnswer(int code, Map<String, Object> body) {

  /** No answer came; whether the request had its effect is not known. */
  public static ApiAnswer none(String problem) {
    return new ApiAnswer(0, Map.of("message", problem));
  }

  boolean isSuccess() {
    return code >= 200 && code < 300;
  }

  /** Whether the same request may well succeed later. */
  boolean isPassing() {
    return code == 0
        || code == 401 // A credential is being rotated.
        || code == 408
        || code == 429
        || code >= 500;
  }

  /** The machine-readable reason of a failure. */
  String reason() {
    String reason = Trees.text(body, "reason");
    return reason == null || reason.isEmpty() ? "Http" + code : reason;
  }

  /** The words of a failure. */
  String message() {
    String message = Trees.text(body, "message");
    return message == null ? "The API server answered " + code : message;
  }

  /** Never shows the body, which may hold secrets. */
  @Override
  public String toString() {
    return "ApiAnswer[" + code + "]";
  }
}
