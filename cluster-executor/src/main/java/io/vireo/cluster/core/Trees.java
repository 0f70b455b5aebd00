package io.vireo.cluster.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into trees of JSON that may have any shape. */
final class Trees {

  private Trees() {}

  static @Nullable Object at(@Nullable Object tree, String... path) {
    Object here = tree;
    for (String key : path) {
      here = here instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return here;
  }

  static @Nullable String text(@Nullable Object tree, String... path) {
    return at(tree, path) instanceof String text ? text : null;
  }

  static List<?> list(@Nullable Object tree, String... path) {
    return at(tree, path) instanceof List<?> list ? list : List.of();
  }

  static List<String> strings(@Nullable Object tree, String... path) {
    return list(tree, path).stream()
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .toList();
  }

  static @Nullable String uid(@Nullable Object object) {
    return text(object, "metadata", "uid");
  }

  /** uid of the owner that controls an object. */
  static @Nullable String controllerUid(@Nullable Object object) {
    for (Object owner : list(object, "metadata", "ownerReferences")) {
      if (Boolean.TRUE.equals(at(owner, "controller"))) {
        return text(owner, "uid");
      }
    }
    return null;
  }

  static boolean isOwnedBy(@Nullable Object object, String uid) {
    return list(object, "metadata", "ownerReferences").stream()
        .anyMatch(owner -> uid.equals(text(owner, "uid")));
  }
}
