package io.vireo.api.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Damages one place of a manifest, by chance and yet the same for the same seed. */
final class Damage {

  /** What it did. */
  enum Kind {
    /** Another value, most often one that is wrong. */
    REPLACED,
    /** Nothing in the place of something. */
    EMPTIED,
    /** Taken away. */
    REMOVED,
    /** An unknown key more. */
    ADDED,
    /** An entry of a list once more. */
    REPEATED
  }

  /**
   * One damage.
   *
   * @param path of the place, from the top of the object
   */
  record Done(Kind kind, String path) {}

  private record Place(Object parent, Object step, String path, @Nullable Object value) {}

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "x",
          "-1",
          "0",
          "1e3",
          "1e999",
          "9".repeat(60),
          "128Mi",
          "999Ei",
          "NaN",
          "../../etc/passwd",
          "/",
          "\u0000",
          "a\nb\tc",
          "grüße",
          "\ud83d\ude80".repeat(20),
          "\ud800",
          "\u202e\u200b",
          "%s%n{}$1\\",
          "x".repeat(10_000),
          "a".repeat(253),
          "A-".repeat(64),
          "localhost/vireo/tiny:1",
          "virtio",
          "sata",
          "true",
          "None",
          "Always");

  private final Random random;

  Damage(long seed) {
    this.random = new Random(seed);
  }

  /** Damages the object below a key. */
  Done damage(Map<String, Object> object, String below) {
    List<Place> places = new ArrayList<>();
    Object top = object.get(below);
    collect(top == null ? Map.of() : top, below, places);
    Place place = places.get(random.nextInt(places.size()));
    return switch (random.nextInt(10)) {
      case 0 -> remove(place);
      case 1 -> add(place);
      case 2 -> repeat(place);
      default -> replace(place);
    };
  }

  private static void collect(Object node, String path, List<Place> places) {
    if (node instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            places.add(new Place(node, key, path + "." + key, value));
            collect(value, path + "." + key, places);
          });
    } else if (node instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        places.add(new Place(node, i, path + "[" + i + "]", list.get(i)));
        collect(list.get(i), path + "[" + i + "]", places);
      }
    }
  }

  private Done remove(Place place) {
    if (place.parent() instanceof Map<?, ?> map) {
      map.remove(place.step());
    } else if (place.parent() instanceof List<?> list) {
      list.remove((int) (Integer) place.step());
    }
    return new Done(Kind.REMOVED, place.path());
  }

  @SuppressWarnings("unchecked")
  private Done add(Place place) {
    if (!(place.value() instanceof Map<?, ?>)) {
      return replace(place);
    }
    String key = List.of("extra", "a b", "x.y", "ключ", "name2").get(random.nextInt(5));
    ((Map<String, Object>) place.value()).put(key, value(place));
    return new Done(Kind.ADDED, place.path());
  }

  @SuppressWarnings("unchecked")
  private Done repeat(Place place) {
    if (!(place.parent() instanceof List<?>)) {
      return replace(place);
    }
    int times = random.nextInt(8) == 0 ? 5000 : 1;
    for (int i = 0; i < times; i++) {
      ((List<Object>) place.parent()).add(copy(place.value()));
    }
    String path = place.path();
    return new Done(Kind.REPEATED, path.substring(0, path.lastIndexOf('[')));
  }

  @SuppressWarnings("unchecked")
  private Done replace(Place place) {
    Object value = value(place);
    if (place.parent() instanceof Map<?, ?>) {
      ((Map<Object, Object>) place.parent()).put(place.step(), value);
    } else {
      ((List<Object>) place.parent()).set((Integer) place.step(), value);
    }
    boolean isThere = new Node("", value).isThere() && !Map.of().equals(value);
    return new Done(isThere ? Kind.REPLACED : Kind.EMPTIED, place.path());
  }

  private Object value(Place place) {
    return switch (random.nextInt(12)) {
      case 0 -> random.nextBoolean();
      case 1 -> random.nextInt(2000) - 1000;
      case 2 -> random.nextLong();
      case 3 -> BigInteger.TEN.pow(random.nextInt(60)).negate();
      case 4 -> random.nextDouble() * Double.MAX_VALUE;
      case 5 -> new LinkedHashMap<String, Object>();
      case 6 -> new ArrayList<>();
      case 7 -> deep(random.nextInt(120));
      case 8 -> wide(random.nextInt(16) == 0 ? 30_000 : 300);
      case 9 ->
          place.value() instanceof String text
              ? text + TEXTS.get(random.nextInt(TEXTS.size()))
              : TEXTS.get(random.nextInt(TEXTS.size()));
      default -> TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }

  private Object deep(int levels) {
    Object value = "bottom";
    for (int i = 0; i < levels; i++) {
      if (random.nextBoolean()) {
        List<Object> list = new ArrayList<>();
        list.add(value);
        value = list;
      } else {
        value = VmiDefaults.object("name", value);
      }
    }
    return value;
  }

  private Object wide(int entries) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      list.add(random.nextBoolean() ? VmiDefaults.object("name", "n" + i % 7) : "x" + i);
    }
    return list;
  }

  private static Object copy(@Nullable Object value) {
    Object copy = Trees.copy(value);
    return copy == null ? "" : copy;
  }
}
