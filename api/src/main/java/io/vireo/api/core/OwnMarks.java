package io.vireo.api.core;

import io.vireo.schemas.OwnedFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only Vireo writes in an object's metadata: its annotations, with the user of the newest
 * change among them, and its finalizer.
 */
final class OwnMarks {

  private static final String PREFIX = "vireo.io/";
  private static final int ACTOR_MAX = 253;

  private OwnMarks() {}

  /** Takes out of a new object's annotations what its writer may not write. */
  static void strip(Map<String, Object> metadata) {
    if (metadata.get("annotations") instanceof Map<?, ?> annotations) {
      Map<String, Object> kept = new LinkedHashMap<>(Trees.asObject(annotations));
      if (kept.keySet().removeIf(key -> key.startsWith(PREFIX))) {
        metadata.put("annotations", kept);
      }
    }
  }

  /** Puts back what Vireo wrote into the old object. */
  static void restore(Map<String, Object> metadata, Node oldMetadata) {
    strip(metadata);
    if (oldMetadata.get("annotations").value() instanceof Map<?, ?> old) {
      Trees.asObject(old)
          .forEach(
              (key, value) -> {
                if (key.startsWith(PREFIX) && value != null) {
                  annotate(metadata, key, value);
                }
              });
    }
  }

  static void actor(Map<String, Object> metadata, String userName) {
    annotate(
        metadata,
        OwnedFields.ANNOTATION_ACTOR,
        userName.length() > ACTOR_MAX ? userName.substring(0, ACTOR_MAX) : userName);
  }

  static void annotate(Map<String, Object> metadata, String key, Object value) {
    Map<String, Object> annotations = Trees.object(metadata, "annotations");
    if (annotations != null) {
      annotations.put(key, value);
    }
  }

  static void addFinalizer(Map<String, Object> metadata, String finalizer) {
    Object given = metadata.get("finalizers");
    if (given != null && !(given instanceof List)) {
      return;
    }
    List<Object> finalizers = new ArrayList<>();
    if (given instanceof List<?> list) {
      list.forEach(item -> finalizers.add(String.valueOf(item)));
    }
    if (!finalizers.contains(finalizer)) {
      finalizers.add(finalizer);
      metadata.put("finalizers", finalizers);
    }
  }

  /** Whether a person changed anything: spec, labels or annotations that are not Vireo's. */
  static boolean isChange(Node object, Node old) {
    return !Trees.same(object.get("spec").value(), old.get("spec").value())
        || !Trees.same(
            without(object.get("metadata.labels").value()),
            without(old.get("metadata.labels").value()))
        || !Trees.same(
            without(object.get("metadata.annotations").value()),
            without(old.get("metadata.annotations").value()));
  }

  private static Object without(@Nullable Object map) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    if (map instanceof Map<?, ?> all) {
      all.forEach(
          (key, value) -> {
            if (!String.valueOf(key).startsWith(PREFIX)) {
              kept.put(String.valueOf(key), value);
            }
          });
    }
    return kept;
  }
}
