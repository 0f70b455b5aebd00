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
 * Metadata and status of a VMI in one write. The status is replaced as a whole, which a merge patch
 * cannot do. When labels or finalizers are to be set, the object is read first and the patch made
 * for that very version of it: a map that is absent would make a patch fail, and a write that fails
 * costs more than a read. Otherwise it is a single patch, and the same way is taken when that does
 * not apply, or when the command is tried again and may be late.
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
    boolean plain = !again && write.addFinalizers().isEmpty() && write.labels().isEmpty();
    return plain ? blind(status) : informed(status);
  }

  private static Step malformed() {
    return Step.end(Ending.refused("InvalidStatus", "Expected a status as a JSON object"));
  }

  private Step blind(Object status) {
    JsonPatch patch = new JsonPatch().test(vmi.uid(), "metadata", "uid");
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
              ? informed(status)
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

  private Step informed(Object status) {
    return new Step.Ask(
        ApiRequest.get(Paths.vmi(vmi)),
        found -> {
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          if (!vmi.uid().equals(Trees.uid(found.body()))) {
            return Step.end(Plans.uidMismatch(vmi.uid(), found));
          }
          if (again && isLate(found.body(), status)) {
            return Step.end(Ending.late("The object shows a later state than this status"));
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

  /**
   * Whether another executor went on while this one waited, or this one before it was started anew:
   * epochs do not go back and an end is final. In order such a write is made, since it repairs what
   * somebody wrote by hand.
   */
  private boolean isLate(Object found, Object status) {
    return Epochs.of(found) > Epochs.in(write.annotations())
        || (Phases.isFinal(Trees.text(found, "status", "phase"))
            && !Phases.isFinal(Trees.text(status, "phase")));
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
