package io.vireo.cluster.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds a JSON patch (RFC 6902). All of it applies, or none. */
final class JsonPatch {

  private final List<Map<String, Object>> operations = new ArrayList<>();

  JsonPatch test(Object value, String... path) {
    return operation("test", value, path);
  }

  /**
   * Applies to this very version of an object and so to this very uid: any other answers 409, while
   * a failed {@code test} answers 422 like anything that is invalid.
   */
  JsonPatch forVersionOf(Object found) {
    String version = Trees.text(found, "metadata", "resourceVersion");
    return forVersion(version == null ? "" : version);
  }

  /** Same, of a version that is known. */
  JsonPatch forVersion(String version) {
    return add(version, "metadata", "resourceVersion");
  }

  /** Sets the value, whether there was one or not; what holds it must exist. */
  JsonPatch add(Object value, String... path) {
    return operation("add", value, path);
  }

  /** Removes what must be there. */
  JsonPatch remove(String... path) {
    return operation("remove", null, path);
  }

  List<Map<String, Object>> operations() {
    return List.copyOf(operations);
  }

  private JsonPatch operation(String name, @Nullable Object value, String... path) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("op", name);
    operation.put("path", pointer(path));
    if (value != null) {
      operation.put("value", value);
    }
    operations.add(operation);
    return this;
  }

  private static String pointer(String... path) {
    StringBuilder pointer = new StringBuilder();
    for (String each : path) {
      pointer.append('/').append(each.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }
}
