package io.vireo.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds and copies trees of maps and lists. */
final class Trees {

  private Trees() {}

  /** Deep, unmodifiable copy; nulls in objects are left out. */
  static Object copy(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, item) -> {
              if (item != null) {
                copy.put(String.valueOf(key), copy(item));
              }
            });
        yield Collections.unmodifiableMap(copy);
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(
            item -> {
              if (item != null) {
                copy.add(copy(item));
              }
            });
        yield Collections.unmodifiableList(copy);
      }
      default -> value;
    };
  }

  /** An object of key, value, key, value ...; a null value leaves its key out. */
  static Map<String, Object> object(@Nullable Object... pairs) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        object.put(String.valueOf(pairs[i]), value);
      }
    }
    return object;
  }
}
