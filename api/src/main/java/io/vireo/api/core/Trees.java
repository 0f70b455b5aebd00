package io.vireo.api.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Copies of trees that may be changed. */
final class Trees {

  /** Deeper than any object of the API; deeper ones are not looked at. */
  static final int DEPTH_MAX = 64;

  private Trees() {}

  /** Whether it is no deeper than the bound. */
  static boolean isShallow(@Nullable Object tree) {
    return isShallow(tree, DEPTH_MAX);
  }

  /** Whether it is no deeper than that. */
  static boolean isShallow(@Nullable Object tree, int left) {
    if (!(tree instanceof Map || tree instanceof List)) {
      return true;
    }
    if (left == 0) {
      return false;
    }
    Iterable<?> items = tree instanceof Map<?, ?> map ? map.values() : (List<?>) tree;
    for (Object item : items) {
      if (!isShallow(item, left - 1)) {
        return false;
      }
    }
    return true;
  }

  /** A copy, all of whose maps and lists can be changed. */
  static @Nullable Object copy(@Nullable Object tree) {
    return switch (tree) {
      case Map<?, ?> map -> copyOf(map);
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        list.forEach(item -> copy.add(copy(item)));
        yield copy;
      }
      case null -> null;
      default -> tree;
    };
  }

  static Map<String, Object> copyOf(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, item) -> copy.put(String.valueOf(key), copy(item)));
    return asObject(copy);
  }

  @SuppressWarnings("unchecked") // An object of JSON has text keys.
  static Map<String, Object> asObject(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  /**
   * The object at these keys, made where nothing is; null where something else is in the way, which
   * is not ours to put right.
   */
  static @Nullable Map<String, Object> object(Map<String, Object> top, String keys) {
    Map<String, Object> at = top;
    for (String key : keys.split("\\.", -1)) {
      Object next = at.get(key);
      if (next == null) {
        next = new LinkedHashMap<String, Object>();
        at.put(key, next);
      }
      if (!(next instanceof Map<?, ?> map)) {
        return null;
      }
      at = asObject(map);
    }
    return at;
  }

  /** Puts a value where nothing is. */
  static void putIfNothing(Map<String, Object> object, String key, Object value) {
    if (!new Node(key, object.get(key)).isThere()) {
      object.put(key, value);
    }
  }

  /** Whether both say the same; null is as good as absent, and a number is a number. */
  static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
      Set<Object> keys = new HashSet<>(a.keySet());
      keys.addAll(b.keySet());
      return keys.stream().allMatch(key -> same(a.get(key), b.get(key)));
    }
    if (one instanceof List<?> a && other instanceof List<?> b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (one instanceof Number a && other instanceof Number b) {
      return a.toString().equals(b.toString());
    }
    return Objects.equals(one, other);
  }

  /** Whether it holds more than can be looked at in good time. */
  static boolean isLarge(@Nullable Object tree, int nodesMax) {
    return count(tree, nodesMax) > nodesMax;
  }

  private static int count(@Nullable Object tree, int max) {
    int count = 1;
    Iterable<?> items =
        switch (tree) {
          case Map<?, ?> map -> map.values();
          case List<?> list -> list;
          case null, default -> List.of();
        };
    for (Object item : items) {
      if (count > max) {
        break;
      }
      count += count(item, max - count);
    }
    return count;
  }
}
