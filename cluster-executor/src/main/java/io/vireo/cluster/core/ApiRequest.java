package io.vireo.cluster.core;

import org.jspecify.annotations.Nullable;

/**
 * One request to the API server.
 *
 * @param effect what it is there for
 * @param path absolute
 * @param body tree of JSON; null for none
 */
public record ApiRequest(Effect effect, Verb verb, String path, @Nullable Object body) {

  /** What a request changes. */
  public enum Effect {
    NONE,
    SECRET_CREATE,
    POD_CREATE,
    POD_DELETE,
    POD_READY,
    STATUS_WRITE,
    FINALIZER_REMOVE,
    REVISION_CREATE,
    VMI_CREATE,
    VMI_ADOPT,
    VMI_DELETE,
    OWNER_STATUS,
    OWNER_METADATA,
    EVENT_CREATE,
    NODE_LABEL
  }

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

  /** A request that changes nothing. */
  public static ApiRequest get(String path) {
    return new ApiRequest(Effect.NONE, Verb.GET, path, null);
  }

  /** Never shows the body, which may hold secrets. */
  @Override
  public String toString() {
    return verb + " " + path;
  }
}
