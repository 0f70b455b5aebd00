package io.vireo.cluster.core;

import java.util.Map;

/**
 * What the API server said.
 *
 * @param code HTTP status; 0 when no answer came
 * @param body the object, or the Status of a failure; empty when there is none
 * @param retryAfterMs how long it asks to wait; 0 when it does not
 */
public record ApiAnswer(int code, Map<String, Object> body, long retryAfterMs) {

  private static final int REASON_MAX = 128;

  /** An answer that asks for no wait. */
  public ApiAnswer(int code, Map<String, Object> body) {
    this(code, body, 0);
  }

  /** No answer came; whether the request had its effect is not known. */
  public static ApiAnswer none(String problem) {
    return new ApiAnswer(0, Map.of("message", problem));
  }

  boolean isSuccess() {
    return code >= 200 && code < 300;
  }

  /** Whether the same request may well succeed later. */
  boolean isPassing() {
    return code < 200
        || (code >= 300 && code < 400)
        || code == 401 // A credential is being rotated.
        || code == 408
        || code == 429
        || code >= 500
        || (code == 404 && !isSaidByKubernetes());
  }

  /**
   * Something on the way may answer 404 in words of its own, which says nothing about the object;
   * "it is gone" must not be concluded from it.
   */
  private boolean isSaidByKubernetes() {
    return "NotFound".equals(Trees.text(body, "reason"));
  }

  /** The machine-readable reason of a failure. */
  String reason() {
    String reason = Trees.text(body, "reason");
    return reason == null || reason.isEmpty()
        ? "Http" + code
        : reason.substring(0, Math.min(REASON_MAX, reason.length()));
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
