package io.vireo.simulator.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks into and builds trees of JSON. */
public final class Tree {

  private Tree() {}

  /** A map of pairs: key, value, key, value; a null value is left out. */
  public static Map<String, Object> of(@Nullable Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        map.put(Objects.requireNonNull((String) pairs[i]), value);
      }
    }
    return map;
  }

  /** What is at a path; null if there is nothing. */
  public static @Nullable Object at(@Nullable Object tree, String... path) {
    Object here = tree;
    for (String key : path) {
      here = here instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return here;
  }

  /** The text at a path; null if there is none. */
  public static @Nullable String text(@Nullable Object tree, String... path) {
    return at(tree, path) instanceof String text ? text : null;
  }

  /** The list at a path, or an empty one. */
  public static List<?> list(@Nullable Object tree, String... path) {
    return at(tree, path) instanceof List<?> list ? list : List.of();
  }

  /** The map below a key, made if it is not there. */
  @SuppressWarnings("unchecked") // Trees have string keys.
  public static Map<String, Object> child(Map<String, Object> tree, String key) {
    Object child = tree.get(key);
    if (child instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    Map<String, Object> fresh = new LinkedHashMap<>();
    tree.put(key, fresh);
    return fresh;
  }

  /** A copy that shares nothing that can change. */
  @SuppressWarnings("unchecked") // The same kind of value as was given.
  public static <T> T copy(T tree) {
    return (T)
        switch (tree) {
          case Map<?, ?> map -> {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(key, value == null ? null : copy(value)));
            yield copy;
          }
          case List<?> list -> {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(item -> copy.add(item == null ? null : copy(item)));
            yield copy;
          }
          default -> tree;
        };
  }
}
