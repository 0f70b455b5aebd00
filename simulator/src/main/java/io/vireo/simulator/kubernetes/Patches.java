package io.vireo.simulator.kubernetes;

import io.vireo.simulator.kubernetes.SimApiServer.Refused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** JSON patches (RFC 6902) and merge patches, with the preconditions that the API server checks. */
final class Patches {

  private Patches() {}

  static Map<String, Object> json(Map<String, Object> tree, List<Map<String, Object>> operations) {
    String version = Tree.text(tree, "metadata", "resourceVersion");
    for (Map<String, Object> operation : operations) {
      apply(tree, operation);
    }
    if (!Objects.equals(version, Tree.text(tree, "metadata", "resourceVersion"))) {
      throw new Refused(409, "Conflict", "the object has been modified");
    }
    return tree;
  }

  private static void apply(Map<String, Object> tree, Map<String, Object> operation) {
    String[] path = String.valueOf(operation.get("path")).substring(1).split("/", -1);
    for (int i = 0; i < path.length; i++) {
      path[i] = path[i].replace("~1", "/").replace("~0", "~");
    }
    Map<String, Object> parent = tree;
    for (int i = 0; i < path.length - 1; i++) {
      if (!(parent.get(path[i]) instanceof Map<?, ?>)) {
        throw invalid("no such path");
      }
      parent = Tree.child(parent, path[i]);
    }
    String last = path[path.length - 1];
    switch (String.valueOf(operation.get("op"))) {
      case "test" -> {
        if (!Objects.equals(parent.get(last), operation.get("value"))) {
          throw invalid("test failed");
        }
      }
      case "add" -> parent.put(last, Tree.copy(Objects.requireNonNull(operation.get("value"))));
      case "remove" -> {
        if (parent.remove(last) == null) {
          throw invalid("nothing to remove");
        }
      }
      default -> throw invalid("no such operation");
    }
  }

  private static Refused invalid(String message) {
    return new Refused(422, "Invalid", message);
  }

  static Map<String, Object> merge(Map<String, Object> tree, Map<String, Object> patch) {
    String uid = Tree.text(patch, "metadata", "uid");
    if (uid != null && !uid.equals(Tree.text(tree, "metadata", "uid"))) {
      throw new Refused(409, "Conflict", "Precondition failed: UID");
    }
    into(tree, patch);
    return tree;
  }

  @SuppressWarnings("unchecked") // Trees have string keys.
  private static void into(Map<String, Object> tree, Map<String, Object> patch) {
    patch.forEach(
        (key, value) -> {
          if (value == null) {
            tree.remove(key);
          } else if (key.equals("conditions") && value instanceof List<?> conditions) {
            tree.put(key, byType(Tree.list(tree, key), conditions));
          } else if (value instanceof Map<?, ?> map) {
            into(Tree.child(tree, key), (Map<String, Object>) map);
          } else {
            tree.put(key, value);
          }
        });
  }

  private static List<Object> byType(List<?> before, List<?> news) {
    Map<String, Object> merged = new LinkedHashMap<>();
    before.forEach(each -> merged.put(String.valueOf(Tree.text(each, "type")), each));
    news.forEach(each -> merged.put(String.valueOf(Tree.text(each, "type")), each));
    return new ArrayList<>(merged.values());
  }
}
