package io.vireo.api.core;

import io.vireo.spec.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A value of an object, and where it is. What is missing, or of a wrong type, reads as empty: its
 * type is checked elsewhere.
 *
 * @param path from the top of the object
 */
record Node(String path, @Nullable Object value) {

  private static final int MAX_EXCERPT = 64;

  /** Whether anything is there; Kubernetes cannot tell an empty text or list from none. */
  boolean isThere() {
    return value != null
        && !(value instanceof List<?> list && list.isEmpty())
        && !(value instanceof String text && text.isEmpty());
  }

  /** What is at these keys, which dots separate. */
  Node get(String keys) {
    Node at = this;
    for (String key : keys.split("\\.", -1)) {
      Object next = at.value instanceof Map<?, ?> map ? map.get(key) : null;
      at = new Node(at.path.isEmpty() ? key : at.path + "." + key, next);
    }
    return at;
  }

  boolean has(String keys) {
    return get(keys).isThere();
  }

  /** How many of the keys are there. */
  long count(String... keys) {
    long count = 0;
    for (String key : keys) {
      count += has(key) ? 1 : 0;
    }
    return count;
  }

  /** Entries of a list. */
  List<Node> items() {
    List<Node> items = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        items.add(new Node(path + "[" + i + "]", list.get(i)));
      }
    }
    return items;
  }

  /** Entries of a list in an object. */
  List<Node> items(String keys) {
    return get(keys).items();
  }

  /** Keys of an object that hold anything, sorted. */
  Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, item) -> {
            if (new Node("", item).isThere()) {
              keys.add(String.valueOf(key));
            }
          });
    }
    return keys;
  }

  boolean isText() {
    return value instanceof String;
  }

  String text() {
    return value instanceof String text ? text : "";
  }

  String text(String keys) {
    return get(keys).text();
  }

  /** Whether it is a text that is none of these. */
  boolean isTextBut(String... allowed) {
    return isThere() && isText() && !List.of(allowed).contains(text());
  }

  boolean is(boolean wanted) {
    return Boolean.valueOf(wanted).equals(value);
  }

  /** A switch that is on by being there, unless it says otherwise. */
  boolean isOn() {
    return value instanceof Map<?, ?> && !get("enabled").is(false);
  }

  OptionalLong number() {
    return switch (value) {
      case Integer i -> OptionalLong.of(i);
      case Long l -> OptionalLong.of(l);
      case BigInteger b when b.bitLength() < 64 -> OptionalLong.of(b.longValue());
      case null, default -> OptionalLong.empty();
    };
  }

  boolean isNumberOutside(long min, long max) {
    OptionalLong number = number();
    return number.isPresent() && (number.getAsLong() < min || number.getAsLong() > max);
  }

  Optional<Quantity> quantity() {
    return switch (value) {
      case String text -> Quantity.parse(text);
      case Integer i -> Optional.of(Quantity.of(i));
      case Long l -> Optional.of(Quantity.of(l));
      case Double d when Double.isFinite(d) -> Optional.of(new Quantity(BigDecimal.valueOf(d)));
      case null, default -> Optional.empty();
    };
  }

  /** The user's text as it may be shown: quoted, printable, bounded. */
  String quoted() {
    String text = String.valueOf(value instanceof Map || value instanceof List ? "" : value);
    String cut = text.length() > MAX_EXCERPT ? text.substring(0, MAX_EXCERPT) + "..." : text;
    StringBuilder shown = new StringBuilder(cut.length() + 2).append('\'');
    cut.chars().forEach(c -> shown.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
    return shown.append('\'').toString();
  }
}
