package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Effect.STATUS_WRITE;
import static io.vireo.cluster.core.ApiRequest.Verb.JSON_PATCH;

import io.vireo.schemas.CanonicalJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Metadata and status of a VMI in one write, on no other version than the one that it was decided
 * upon: a writer that stood still and wakes up would otherwise show again what was true before. The
 * status is replaced as a whole, which a merge patch cannot do. When labels or finalizers are to be
 * set, the object is read first: a map that is absent would make a patch fail, and a write that
 * fails costs more than a read. Otherwise it is a single patch, and the same way is taken when that
 * does not apply, or when the command is tried again and may have had its effect.
 */
final class WriteStatusPlan {

  private final Command.Vmi vmi;
  private final Command.WriteStatus write;
  private final boolean again;

  WriteStatusPlan(Command.Vmi vmi, Command.WriteStatus write, boolean again) {
    this.vmi = vmi;
    this.write = write;
    this.again = again;
  }

  Step begin() {
    Object status;
    try {
      status = CanonicalJson.read(write.statusJson());
    } catch (IllegalArgumentException e) {
      return malformed();
    }
    if (!(status instanceof Map<?, ?>)) {
      return malformed();
    }
    Long basedOn = write.basedOn();
    if (basedOn == null) {
      return Step.end(
          Ending.refused("NoVersion", "Expected the version that the status was decided upon"));
    }
    String version = Long.toString(basedOn);
    boolean plain = !again && write.addFinalizers().isEmpty() && write.labels().isEmpty();
    return plain ? blind(status, version) : informed(status, version);
  }

  private static Step malformed() {
    return Step.end(Ending.refused("InvalidStatus", "Expected a status as a JSON object"));
  }

  private Step blind(Object status, String version) {
    JsonPatch patch = new JsonPatch().test(vmi.uid(), "metadata", "uid").forVersion(version);
    write.labels().forEach((key, value) -> set(patch, "labels", key, value));
    write.annotations().forEach((key, value) -> set(patch, "annotations", key, value));
    patch.add(status, "status");
    return new Step.Ask(
        new ApiRequest(STATUS_WRITE, JSON_PATCH, Paths.vmi(vmi), patch.operations()),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          // An operation that does not apply; which one is not said in a form to rely on.
          return answer.code() == 422 || answer.code() == 409 || answer.code() == 400
              ? informed(status, version)
              : Step.refuse(answer);
        });
  }

  private static void set(JsonPatch patch, String map, String key, @Nullable String value) {
    if (value == null) {
      patch.remove("metadata", map, key);
    } else {
      patch.add(value, "metadata", map, key);
    }
  }

  private Step informed(Object status, String version) {
    return new Step.Ask(
        ApiRequest.get(Paths.vmi(vmi)),
        found -> {
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          if (!vmi.uid().equals(Trees.uid(found.body()))) {
            return Step.end(Plans.uidMismatch(vmi.uid(), found));
          }
          if (!version.equals(Trees.text(found.body(), "metadata", "resourceVersion"))) {
            return Step.end(
                holds(found.body(), status)
                    ? Ending.done(found.body())
                    : Ending.conflict(found.body()));
          }
          return new Step.Ask(
              new ApiRequest(
                  STATUS_WRITE, JSON_PATCH, Paths.vmi(vmi), forVersion(found.body(), status)),
              answer -> {
                if (answer.isSuccess()) {
                  return Step.end(Ending.done(answer.body()));
                }
                // Another write came between.
                return answer.code() == 409
                    ? new Step.Again(answer.message())
                    : Step.refuse(answer);
              });
        });
  }

  /** Whether it was written before, and only the answer was lost. */
  private boolean holds(Object found, Object status) {
    return status.equals(Trees.at(found, "status"))
        && shows(found, "labels", write.labels())
        && shows(found, "annotations", write.annotations())
        && (Trees.text(found, "metadata", "deletionTimestamp") != null
            || Trees.strings(found, "metadata", "finalizers").containsAll(write.addFinalizers()));
  }

  private static boolean shows(Object found, String map, Map<String, @Nullable String> wanted) {
    return wanted.entrySet().stream()
        .allMatch(
            each ->
                Objects.equals(each.getValue(), Trees.text(found, "metadata", map, each.getKey())));
  }

  private List<Map<String, Object>> forVersion(Object found, Object status) {
    JsonPatch patch = new JsonPatch().forVersionOf(found);
    merge(patch, found, "labels", write.labels());
    merge(patch, found, "annotations", write.annotations());
    List<String> finalizers = new ArrayList<>(Trees.strings(found, "metadata", "finalizers"));
    boolean added = false;
    // A deleted object takes no new finalizer; the rest of the write still counts.
    if (Trees.text(found, "metadata", "deletionTimestamp") == null) {
      for (String finalizer : write.addFinalizers()) {
        if (!finalizers.contains(finalizer)) {
          finalizers.add(finalizer);
          added = true;
        }
      }
    }
    if (added) {
      patch.add(finalizers, "metadata", "finalizers");
    }
    patch.add(status, "status");
    return patch.operations();
  }

  private static void merge(
      JsonPatch patch, Object found, String map, Map<String, @Nullable String> wanted) {
    boolean anySet = wanted.values().stream().anyMatch(Objects::nonNull);
    if (!(Trees.at(found, "metadata", map) instanceof Map<?, ?> present)) {
      if (anySet) {
        patch.add(Map.of(), "metadata", map);
        wanted.forEach(
            (key, value) -> {
              if (value != null) {
                patch.add(value, "metadata", map, key);
              }
            });
      }
      return;
    }
    wanted.forEach(
        (key, value) -> {
          if (value != null || present.containsKey(key)) {
            set(patch, map, key, value);
          }
        });
  }
}
