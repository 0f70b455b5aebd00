package io.vireo.ingest.core;

import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.OwnedFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes inline secrets out of a spec. It is wider than the API: names count in any spelling and at
 * any depth, since a mistyped manifest holds the same password as a right one, and within a
 * cloud-init source all goes but the references to Secrets.
 */
final class Redaction {

  private static final Set<String> INLINE_DATA =
      Set.of("userdata", "userdatabase64", "networkdata", "networkdatabase64");
  private static final String CLOUD_INIT = "cloudinit";
  private static final Set<String> REFERENCES = Set.of("secretRef", "networkDataSecretRef");
  private static final Set<String> REFERENCE_FIELDS = Set.of("name");

  /** kubectl's copy of a whole manifest, with its secrets. */
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  /** Annotations that hold guest data inline; a template has them within its spec. */
  private static final Set<String> SECRET_ANNOTATIONS =
      Set.of("kubevirt.io/ignitiondata", LAST_APPLIED);

  private final SecretHash hash;
  private final String uid;

  Redaction(SecretHash hash, String uid) {
    this.hash = hash;
    this.uid = uid;
  }

  /** A copy of the tree without secrets. */
  @Nullable Object redact(@Nullable Object tree) {
    return switch (tree) {
      case Map<?, ?> map -> redactMap(map);
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        list.forEach(item -> copy.add(redact(item)));
        yield copy;
      }
      case null -> null;
      default -> tree;
    };
  }

  /** Annotations that say what the user wants, without secrets. */
  Map<String, String> annotations(Map<String, String> all) {
    Map<String, String> kept = new TreeMap<>();
    all.forEach(
        (key, value) -> {
          if (!key.equals(LAST_APPLIED) && !OwnedFields.isOwnedAnnotation(key)) {
            kept.put(key, SECRET_ANNOTATIONS.contains(key) ? hashOf(value) : value);
          }
        });
    return kept;
  }

  private Map<String, @Nullable Object> redactMap(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          String lower = name.toLowerCase(Locale.ROOT);
          if (value == null) {
            copy.put(name, null);
          } else if (INLINE_DATA.contains(lower) || SECRET_ANNOTATIONS.contains(name)) {
            copy.put(name, hashOf(value));
          } else if (lower.startsWith(CLOUD_INIT)) {
            copy.put(name, redactSource(value));
          } else {
            copy.put(name, redact(value));
          }
        });
    return copy;
  }

  /** All of a cloud-init source but its references; a source that is no map is hashed whole. */
  private Object redactSource(Object source) {
    if (!(source instanceof Map<?, ?> map)) {
      return hashOf(source);
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          if (value == null || (REFERENCES.contains(name) && isReference(value))) {
            copy.put(name, value);
          } else if (INLINE_DATA.contains(name.toLowerCase(Locale.ROOT))) {
            copy.put(name, hashOf(value) + ";" + size(name, value));
          } else {
            copy.put(name, hashOf(value));
          }
        });
    return copy;
  }

  /** How much it is, decoded: the scheduler, which never sees the data, refuses too much of it. */
  private static String size(String name, Object value) {
    String text = value instanceof String string ? string : "";
    if (!name.toLowerCase(Locale.ROOT).endsWith("base64")) {
      return "bytes=" + text.getBytes(StandardCharsets.UTF_8).length;
    }
    try {
      return "bytes=" + Base64.getDecoder().decode(text).length;
    } catch (IllegalArgumentException e) {
      return "not-base64";
    }
  }

  private static boolean isReference(Object value) {
    return value instanceof Map<?, ?> map
        && map.entrySet().stream()
            .allMatch(
                entry ->
                    REFERENCE_FIELDS.contains(String.valueOf(entry.getKey()))
                        && entry.getValue() instanceof String);
  }

  private String hashOf(Object value) {
    return hash.of(uid, value instanceof String text ? text : CanonicalJson.write(value));
  }
}
