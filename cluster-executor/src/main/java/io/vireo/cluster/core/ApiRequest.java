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

  /** Which of the requests that wait is sent first. */
  public enum Urgency {
    /** Brings something that was begun nearer to its end. */
    ONWARD,
    /** Begins something. */
    BEGINNING,
    /** Only tells people. */
    TELLING
  }

  /** What a request changes. */
  public enum Effect {
    NONE(Urgency.ONWARD),
    SECRET_CREATE(Urgency.BEGINNING),
    POD_CREATE(Urgency.BEGINNING),
    POD_DELETE(Urgency.ONWARD),
    POD_READY(Urgency.ONWARD),
    STATUS_WRITE(Urgency.ONWARD),
    FINALIZER_REMOVE(Urgency.ONWARD),
    REVISION_CREATE(Urgency.BEGINNING),
    VMI_CREATE(Urgency.BEGINNING),
    /** Another controller of a VMI, or none. */
    VMI_ADOPT(Urgency.ONWARD),
    VMI_DELETE(Urgency.ONWARD),
    OWNER_STATUS(Urgency.ONWARD),
    OWNER_METADATA(Urgency.ONWARD),
    EVENT_CREATE(Urgency.TELLING),
    NODE_LABEL(Urgency.ONWARD);

    private final Urgency urgency;

    Effect(Urgency urgency) {
      this.urgency = urgency;
    }

    Urgency urgency() {
      return urgency;
    }
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
