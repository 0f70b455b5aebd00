package io.vireo.api.core;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Manifests of tests, as trees that may be changed. */
final class Manifests {

  private Manifests() {}

  static Object load(String resource) {
    InputStream in =
        Objects.requireNonNull(Manifests.class.getResourceAsStream("/admission/" + resource));
    return Objects.requireNonNull(
        new Load(LoadSettings.builder().setLabel(resource).build()).loadFromInputStream(in));
  }

  /** A small valid VMI. */
  static Map<String, Object> vmi() {
    return Trees.copyOf((Map<?, ?>) load("base.yaml"));
  }

  /** A small valid object of a kind. */
  static Map<String, Object> of(String kind) {
    return switch (kind) {
      case Mutation.VM ->
          object(kind, VmiDefaults.object("runStrategy", "Always", "template", template(vmi())));
      case Mutation.REPLICA_SET ->
          object(
              kind,
              VmiDefaults.object(
                  "replicas",
                  1,
                  "selector",
                  VmiDefaults.object("matchLabels", VmiDefaults.object("app", "small")),
                  "template",
                  template(vmi())));
      default -> vmi();
    };
  }

  /** The same VMI as the template of a virtual machine. */
  static Map<String, Object> vmOf(Map<String, Object> vmi) {
    return object(
        Mutation.VM, VmiDefaults.object("runStrategy", "Always", "template", template(vmi)));
  }

  private static Map<String, Object> template(Map<String, Object> vmi) {
    return VmiDefaults.object(
        "metadata",
        VmiDefaults.object("labels", VmiDefaults.object("app", "small")),
        "spec",
        Objects.requireNonNull(vmi.get("spec")));
  }

  private static Map<String, Object> object(String kind, Map<String, Object> spec) {
    return VmiDefaults.object(
        "apiVersion",
        "kubevirt.io/v1",
        "kind",
        kind,
        "metadata",
        VmiDefaults.object("name", "small", "namespace", "default"),
        "spec",
        spec);
  }

  /** What is at a path, such as {@code spec.volumes[1].name}. */
  static Node get(Map<String, Object> object, String path) {
    Node at = new Node("", object);
    for (String step : path.replace("[", ".[").split("\\.", -1)) {
      if (step.startsWith("[")) {
        int index = Integer.parseInt(step.substring(1, step.length() - 1));
        List<Node> items = at.items();
        at = index < items.size() ? items.get(index) : new Node("", null);
      } else {
        at = at.get(step);
      }
    }
    return at;
  }

  /** Sets each path, such as {@code spec.volumes[1].name}, to its value; null takes it away. */
  static void set(Map<String, Object> object, String prefix, Object paths) {
    ((Map<?, ?>) paths).forEach((path, value) -> put(object, prefix + path, value));
  }

  @SuppressWarnings("unchecked")
  private static void put(Object at, String path, @Nullable Object value) {
    int end = path.length();
    for (char c : new char[] {'.', '['}) {
      int index = path.indexOf(c, 1);
      end = index > 0 ? Math.min(end, index) : end;
    }
    String step = path.substring(0, end);
    String rest = path.substring(path.startsWith(".", end) ? end + 1 : end);
    if (step.startsWith("[")) {
      List<Object> list = (List<Object>) at;
      int index = Integer.parseInt(step.substring(1, step.length() - 1));
      while (list.size() <= index) {
        list.add(new LinkedHashMap<String, Object>());
      }
      if (rest.isEmpty()) {
        list.set(index, Objects.requireNonNull(expand(value)));
      } else {
        put(list.get(index), rest, value);
      }
      return;
    }
    Map<String, Object> map = (Map<String, Object>) at;
    if (rest.isEmpty()) {
      if (value == null) {
        map.remove(step);
      } else {
        map.put(step, Objects.requireNonNull(expand(value)));
      }
      return;
    }
    Object next = map.get(step);
    if (next == null) {
      next = rest.startsWith("[") ? new ArrayList<>() : new LinkedHashMap<String, Object>();
      map.put(step, next);
    }
    put(next, rest, value);
  }

  /** A copy, with {@code {repeat: x, times: 3}} as {@code xxx}. */
  private static @Nullable Object expand(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map when map.get("repeat") instanceof String text ->
          text.repeat((Integer) Objects.requireNonNull(map.get("times")));
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), expand(item)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(expand(item)));
        yield copy;
      }
      case null -> null;
      default -> value;
    };
  }
}
