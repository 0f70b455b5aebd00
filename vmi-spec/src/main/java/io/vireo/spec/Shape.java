package io.vireo.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The structure of an object of Kubernetes that is passed on as it is: known keys, types, required
 * keys, allowed values. What it means is left to Kubernetes.
 */
sealed interface Shape {

  /** Longest list and largest map that is passed on. */
  int MAX_ITEMS = 64;

  int MAX_TEXT = 512;

  void check(Object value, String path, Problems problems);

  /** Any string, or one of some. */
  record Text(Set<String> allowed) implements Shape {
    @Override
    public void check(Object value, String path, Problems problems) {
      if (!(value instanceof String text)) {
        problems.invalid(path, "must be a string");
      } else if (text.length() > MAX_TEXT) {
        problems.invalid(path, "must not be longer than " + MAX_TEXT + " characters");
      } else if (!allowed.isEmpty() && !allowed.contains(text)) {
        problems.invalid(
            path,
            Problems.quote(text)
                + " is not one of "
                + String.join(", ", allowed.stream().sorted().toList()));
      }
    }
  }

  /** A whole number within bounds. */
  record Int(long min, long max) implements Shape {
    @Override
    public void check(Object value, String path, Problems problems) {
      OptionalLong number = FieldReader.asLong(value);
      if (number.isEmpty()) {
        problems.invalid(path, "must be an integer");
      } else if (number.getAsLong() < min || number.getAsLong() > max) {
        problems.invalid(path, "must be between " + min + " and " + max);
      }
    }
  }

  /** A list of one shape. */
  record Items(Shape item, int min) implements Shape {
    @Override
    public void check(Object value, String path, Problems problems) {
      if (!(value instanceof List<?> list)) {
        problems.invalid(path, "must be a list");
        return;
      }
      if (list.size() > MAX_ITEMS) {
        problems.invalid(path, "must not have more than " + MAX_ITEMS + " entries");
        return;
      }
      if (list.size() < min) {
        problems.required(path, "must have at least " + min + " entry");
      }
      for (int i = 0; i < list.size(); i++) {
        Object entry = list.get(i);
        if (entry == null) {
          problems.invalid(path + "[" + i + "]", "must not be null");
        } else {
          item.check(entry, path + "[" + i + "]", problems);
        }
      }
    }
  }

  /** A map from any key to a string. */
  record TextMap() implements Shape {
    @Override
    public void check(Object value, String path, Problems problems) {
      if (!(value instanceof Map<?, ?> map)) {
        problems.invalid(path, "must be an object");
        return;
      }
      if (map.size() > MAX_ITEMS) {
        problems.invalid(path, "must not have more than " + MAX_ITEMS + " entries");
        return;
      }
      map.forEach(
          (key, item) -> {
            if (!(item instanceof String)) {
              problems.invalid(FieldReader.join(path, String.valueOf(key)), "must be a string");
            }
          });
    }
  }

  /** An object with known keys; an unknown one is refused, since Kubernetes would drop it. */
  record Keys(Map<String, Shape> known, Set<String> required) implements Shape {
    @Override
    public void check(Object value, String path, Problems problems) {
      if (!(value instanceof Map<?, ?> map)) {
        problems.invalid(path, "must be an object");
        return;
      }
      map.forEach(
          (name, item) -> {
            String key = String.valueOf(name);
            Shape shape = known.get(key);
            if (item == null) {
              return;
            }
            if (shape == null) {
              problems.notSupported(FieldReader.join(path, key));
            } else {
              shape.check(item, FieldReader.join(path, key), problems);
            }
          });
      for (String key : required.stream().sorted().toList()) {
        if (map.get(key) == null || "".equals(map.get(key))) {
          problems.required(FieldReader.join(path, key), "must be set");
        }
      }
    }
  }

  static Shape text(String... allowed) {
    return new Text(Set.of(allowed));
  }

  static Shape items(Shape item) {
    return new Items(item, 0);
  }

  /** Keys and shapes in turn; a key that ends in {@code !} is required. */
  static Shape keys(Object... pairs) {
    Map<String, Shape> known = new LinkedHashMap<>();
    Set<String> required = new java.util.HashSet<>();
    for (int i = 0; i < pairs.length; i += 2) {
      String name = (String) pairs[i];
      String key = name.endsWith("!") ? name.substring(0, name.length() - 1) : name;
      known.put(key, (Shape) pairs[i + 1]);
      if (!key.equals(name)) {
        required.add(key);
      }
    }
    return new Keys(Map.copyOf(known), Set.copyOf(required));
  }
}
