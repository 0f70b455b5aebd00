package io.vireo.cluster.core;

import org.jspecify.annotations.Nullable;

/**
 * One request to the API server.
 *
 * @param path absolute
 * @param body tree of JSON; null for none
 */
public record ApiRequest(Verb verb, String path, @Nullable Object body) {

  /** HTTP method, and for patches the kind of patch. */
  public enum Verb {
    GET("GET", "application/json"),
    POST("POST", "application/json"),
    DELETE("DELETE", "application/json"),
    JSON_PATCH("PATCH", "application/json-patch+json"),
    MERGE_PATCH("PATCH", "application/merge-patch+json"),
    STRATEGIC_PATCH("PATCH", "application/strategic-merge-patch+json");

    private final String method;
    private final String contentType;

    Verb(String method, String contentType) {
      this.method = method;
      this.contentType = contentType;
    }

    /** HTTP method. */
    public String method() {
      return method;
    }

    /** Type of the body. */
    public String contentType() {
      return contentType;
    }
  }

  /** Never shows the body, which may hold secrets. */
  @Override
  public String toString() {
    return verb + " " + path;
  }
}
