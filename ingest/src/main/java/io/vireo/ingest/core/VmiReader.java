package io.vireo.ingest.core;

import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.OwnedFields;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes a snapshot of an object: secrets out, what others wrote for themselves out. */
public final class VmiReader {

  /** Longest snapshot that is written as it is; a record of Kafka holds 1 MiB by default. */
  static final int CHARACTERS_MAX = 768 * 1024;

  /** More claims than this are not looked up. */
  static final int CLAIMS_MAX = 64;

  /** Longer names of users are cut. */
  private static final int ACTOR_MAX = 512;

  /** More finalizers than this are not shown one by one. */
  static final int FINALIZERS_MAX = 64;

  private final SecretHash hash;

  /** A reader that hashes with this key. */
  public VmiReader(SecretHash hash) {
    this.hash = hash;
  }

  /** The snapshot of an object. */
  public VmiSnapshot read(RawVmi raw) {
    Map<String, Object> status = asTree(raw.status());
    String statusHash =
        OwnedFields.statusHash(status, raw.labels(), raw.annotations(), raw.finalizers());
    Map<String, String> labels = new TreeMap<>(raw.labels());
    labels.keySet().removeIf(OwnedFields::isOwnedLabel);
    Redaction redaction = new Redaction(hash, raw.ref().uid());
    Map<String, String> annotations = redaction.annotations(raw.annotations());
    String owners = CanonicalJson.write(raw.ownerReferences());
    String spec = CanonicalJson.write(redaction.redact(raw.spec()));
    long size = spec.length() + owners.length() + size(labels) + size(annotations);
    if (size > CHARACTERS_MAX) {
      // The scheduler refuses it by this path, as it refuses every field it does not know.
      spec = tooLarge(size);
      labels = Map.of();
      annotations = Map.of();
      owners = "[]";
    }
    return new VmiSnapshot(
        raw.ref(),
        raw.generation(),
        raw.resourceVersion(),
        raw.creationMs(),
        raw.deletionMs(),
        labels,
        annotations,
        raw.finalizers().stream().limit(FINALIZERS_MAX).toList(),
        owners,
        spec,
        text(status.get("phase")),
        statusHash,
        epoch(raw.annotations().get(OwnedFields.ANNOTATION_EPOCH)),
        text(status.get("nodeName")),
        List.of(),
        actor(raw.annotations()));
  }

  /** Names of the claims that the volumes of an object's spec name. */
  public static Set<String> claims(RawVmi raw) {
    Set<String> names = new TreeSet<>();
    if (asTree(raw.spec()).get("volumes") instanceof List<?> volumes) {
      for (Object volume : volumes) {
        Map<String, Object> source = asTree(volume);
        claim(source, names);
        claim(asTree(source.get("ephemeral")), names);
      }
    }
    return names;
  }

  private static void claim(Map<String, Object> source, Set<String> names) {
    String name = text(asTree(source.get("persistentVolumeClaim")).get("claimName"));
    // More than a VMI can have are refused by the scheduler in any case.
    if (name != null && names.size() < CLAIMS_MAX) {
      names.add(name);
    }
  }

  static String tooLarge(long size) {
    return CanonicalJson.write(
        Map.of("tooLarge", size + " characters, at most " + CHARACTERS_MAX + " are taken"));
  }

  /** Who changed it last, as admission noted it. */
  static @Nullable String actor(Map<String, String> annotations) {
    String actor = annotations.get(OwnedFields.ANNOTATION_ACTOR);
    return actor == null || actor.length() <= ACTOR_MAX ? actor : actor.substring(0, ACTOR_MAX);
  }

  static long size(Map<String, String> strings) {
    return strings.entrySet().stream()
        .mapToLong(entry -> (long) entry.getKey().length() + entry.getValue().length())
        .sum();
  }

  private static @Nullable Long epoch(@Nullable String annotation) {
    if (annotation == null || !annotation.matches("[0-9]{1,18}")) {
      return null;
    }
    return Long.valueOf(annotation);
  }

  static @Nullable String text(@Nullable Object value) {
    return value instanceof String string ? string : null;
  }

  @SuppressWarnings("unchecked") // A tree of JSON has string keys.
  static Map<String, Object> asTree(@Nullable Object tree) {
    return tree instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }
}
