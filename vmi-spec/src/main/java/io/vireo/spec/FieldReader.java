package io.vireo.spec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object of the tree, knows its path and remembers which keys were asked for. What nobody
 * asked for is reported by {@link #refuseUnread}. A value of a wrong type is a problem and reads as
 * absent; so do null, the empty string and the empty list, which Kubernetes itself cannot tell from
 * absent.
 */
final class FieldReader {

  private static final int MAX_TEXT = 4096;
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final String path;
  private final Map<?, ?> object;
  private final Problems problems;
  private final Set<String> read = new HashSet<>();
  private final List<FieldReader> children = new ArrayList<>();

  FieldReader(String path, Map<?, ?> object, Problems problems) {
    this.path = path;
    this.object = object;
    this.problems = problems;
  }

  String path() {
    return path;
  }

  String path(String key) {
    return join(path, key);
  }

  static String join(String path, String key) {
    return PLAIN_KEY.matcher(key).matches()
        ? path + "." + key
        : path + "[" + Problems.excerpt(key) + "]";
  }

  Problems problems() {
    return problems;
  }

  /** Keys that hold anything at all, sorted. */
  Set<String> keys() {
    Set<String> present = new TreeSet<>();
    object.forEach(
        (key, value) -> {
          if (!isNothing(value)) {
            present.add(String.valueOf(key));
          }
        });
    return present;
  }

  boolean has(String key) {
    return !isNothing(object.get(key));
  }

  Optional<String> text(String key) {
    Object value = take(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof String text)) {
      problems.invalid(path(key), "must be a string");
      return Optional.empty();
    }
    if (text.length() > MAX_TEXT) {
      problems.invalid(path(key), "must not be longer than " + MAX_TEXT + " characters");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  /** Whether a text is there; its value is never looked at. */
  boolean hasText(String key) {
    return text(key).isPresent();
  }

  String requiredText(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty() && !has(key)) {
      problems.required(path(key), "must be set");
    }
    return text.orElse("");
  }

  /** One of these texts; others are invalid and read as absent. */
  Optional<String> oneOf(String key, String... allowed) {
    Optional<String> text = text(key);
    if (text.isPresent() && !List.of(allowed).contains(text.get())) {
      problems.invalid(
          path(key),
          "expected one of "
              + String.join(", ", allowed)
              + ", but got "
              + Problems.quote(text.get()));
      return Optional.empty();
    }
    return text;
  }

  Optional<Boolean> flag(String key) {
    Object value = take(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Boolean flag) {
      return Optional.of(flag);
    }
    problems.invalid(path(key), "must be true or false");
    return Optional.empty();
  }

  /** Accepts the one value that says what Vireo does anyway; the other is refused. */
  void onlyFlag(String key, boolean supported) {
    flag(key)
        .filter(value -> value != supported)
        .ifPresent(value -> problems.notSupported(path(key), "the value " + value + " is"));
  }

  /** Accepts the one text that says what Vireo does anyway; any other is refused. */
  void onlyText(String key, String supported) {
    text(key)
        .filter(value -> !value.equals(supported))
        .ifPresent(value -> problems.notSupported(path(key), Problems.quote(value) + " is"));
  }

  /** A whole number within the bounds; one outside is invalid and reads as absent. */
  OptionalLong number(String key, long min, long max) {
    Object value = take(key);
    if (value == null) {
      return OptionalLong.empty();
    }
    OptionalLong number = asLong(value);
    if (number.isEmpty()) {
      problems.invalid(path(key), "must be an integer");
      return number;
    }
    if (number.getAsLong() < min || number.getAsLong() > max) {
      String bound = max == Long.MAX_VALUE ? "at least " + min : "between " + min + " and " + max;
      problems.invalid(path(key), "must be " + bound + ", but is " + number.getAsLong());
      return OptionalLong.empty();
    }
    return number;
  }

  static OptionalLong asLong(Object value) {
    return switch (value) {
      case Integer i -> OptionalLong.of(i);
      case Long l -> OptionalLong.of(l);
      case BigInteger b ->
          OptionalLong.of(b.bitLength() < 64 ? b.longValueExact() : b.signum() * Long.MAX_VALUE);
      default -> OptionalLong.empty();
    };
  }

  Optional<Quantity> quantity(String key) {
    Object value = take(key);
    if (value == null) {
      return Optional.empty();
    }
    Optional<Quantity> quantity =
        switch (value) {
          case String text -> Quantity.parse(text);
          case Integer i -> Optional.of(Quantity.of(i));
          case Long l -> Optional.of(Quantity.of(l));
          case Double d when Double.isFinite(d) -> Optional.of(new Quantity(BigDecimal.valueOf(d)));
          default -> Optional.empty();
        };
    if (quantity.isEmpty()) {
      problems.invalid(
          path(key), "must be a quantity like 512Mi, but is " + Problems.quote(value.toString()));
    }
    return quantity;
  }

  /**
   * A quantity within the bounds; one outside is invalid and reads as absent.
   *
   * @param bounds the bounds in words
   */
  Optional<Quantity> quantity(String key, Predicate<Quantity> within, String bounds) {
    Optional<Quantity> quantity = quantity(key);
    if (quantity.isPresent() && !within.test(quantity.get())) {
      String given = String.valueOf(object.get(key));
      problems.invalid(path(key), "must be " + bounds + ", but is " + Problems.quote(given));
      return Optional.empty();
    }
    return quantity;
  }

  Optional<FieldReader> object(String key) {
    Object value = take(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Map<?, ?> map) {
      return Optional.of(child(path(key), map));
    }
    problems.invalid(path(key), "must be an object");
    return Optional.empty();
  }

  /** Same, with an empty object for an absent one. */
  FieldReader objectOrEmpty(String key) {
    return object(key).orElseGet(() -> new FieldReader(path(key), Map.of(), problems));
  }

  List<FieldReader> objects(String key, int max) {
    List<FieldReader> items = new ArrayList<>();
    List<?> values = list(key, max);
    for (int i = 0; i < values.size(); i++) {
      String itemPath = path(key) + "[" + i + "]";
      if (values.get(i) instanceof Map<?, ?> map) {
        items.add(child(itemPath, map));
      } else {
        problems.invalid(itemPath, "must be an object");
      }
    }
    return items;
  }

  /** A list of texts; what is none is invalid and left out. */
  List<String> texts(String key, int max) {
    List<String> texts = new ArrayList<>();
    List<?> values = list(key, max);
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) instanceof String text && text.length() <= MAX_TEXT) {
        texts.add(text);
      } else {
        problems.invalid(path(key) + "[" + i + "]", "must be a string");
      }
    }
    return texts;
  }

  Map<String, String> textMap(String key, int max) {
    Map<String, String> texts = new LinkedHashMap<>();
    FieldReader map = objectOrEmpty(key);
    if (map.object.size() > max) {
      problems.invalid(map.path, "must not have more than " + max + " entries");
      map.object.keySet().forEach(name -> map.read.add(String.valueOf(name)));
      return texts;
    }
    for (Object name : map.object.keySet()) {
      String text = String.valueOf(name);
      map.text(text).ifPresentOrElse(value -> texts.put(text, value), () -> texts.put(text, ""));
    }
    return texts;
  }

  /** An object or list of Kubernetes' own, checked for its shape and handed on as it is. */
  Optional<Object> shaped(String key, Shape shape) {
    Object value = take(key);
    if (value == null) {
      return Optional.empty();
    }
    shape.check(value, path(key), problems);
    return Optional.of(Trees.copy(value));
  }

  /** Reports a key, if there, in words of its own. */
  void refuse(String key, Problem.Kind kind, String message) {
    if (take(key) != null) {
      problems.add(kind, path(key), message);
    }
  }

  /** Nothing in this object needs a word of its own: what is wrong with it is told as a whole. */
  void told() {
    object.keySet().forEach(key -> read.add(String.valueOf(key)));
  }

  /** The same of one key. */
  void told(String key) {
    read.add(key);
  }

  /** Reports every key in this object and below that nobody asked for. */
  void refuseUnread() {
    for (String key : keys()) {
      if (!read.contains(key)) {
        problems.notSupported(path(key));
      }
    }
    children.forEach(FieldReader::refuseUnread);
  }

  private List<?> list(String key, int max) {
    Object value = take(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      problems.invalid(path(key), "must be a list");
      return List.of();
    }
    if (list.size() > max) {
      problems.notSupported(path(key), "more than " + max + " entries are");
      return List.of();
    }
    return list;
  }

  private FieldReader child(String childPath, Map<?, ?> map) {
    FieldReader child = new FieldReader(childPath, map, problems);
    children.add(child);
    return child;
  }

  private @Nullable Object take(String key) {
    read.add(key);
    Object value = object.get(key);
    return isNothing(value) ? null : value;
  }

  private static boolean isNothing(@Nullable Object value) {
    return value == null
        || (value instanceof List<?> list && list.isEmpty())
        || (value instanceof String text && text.isEmpty());
  }
}
