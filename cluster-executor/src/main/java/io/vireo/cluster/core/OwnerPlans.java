package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Effect.OWNER_METADATA;
import static io.vireo.cluster.core.ApiRequest.Effect.VMI_ADOPT;
import static io.vireo.cluster.core.ApiRequest.Effect.VMI_DELETE;
import static io.vireo.cluster.core.ApiRequest.Verb.JSON_PATCH;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes to an owner of VMIs but for its status, and the deletion of a VMI for it. */
final class OwnerPlans {

  private OwnerPlans() {}

  /**
   * Only while the owner controls it. One that was let go since this was decided, by an orphaning
   * deletion or by hand, is nobody's to delete; its version is a precondition, so that it is let go
   * either before or after.
   */
  static Step deleteVmi(Command.Owner owner, Command.DeleteVmi delete) {
    String path = Paths.vmis(owner) + "/" + delete.vmiName();
    return new Step.Ask(
        ApiRequest.get(path),
        found -> {
          if (found.code() == 404
              || (found.isSuccess() && !delete.vmiUid().equals(Trees.uid(found.body())))) {
            return Step.end(Ending.alreadySo("Gone"));
          }
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          if (Trees.text(found.body(), "metadata", "deletionTimestamp") != null) {
            return Step.end(Ending.done(found.body()));
          }
          String version = Trees.text(found.body(), "metadata", "resourceVersion");
          if (version == null || !owner.uid().equals(Trees.controllerUid(found.body()))) {
            return Step.end(
                Ending.refused(
                    "NotControlled",
                    "The VMI "
                        + delete.vmiName()
                        + " is not controlled by the "
                        + owner.kind()
                        + " any more"));
          }
          return Deletion.ofVersion(
              VMI_DELETE, path, delete.vmiUid(), version, delete.gracePeriodSeconds());
        });
  }

  /** The garbage collector does the same, so whoever comes second finds it done. */
  static Step releaseVmi(Command.Owner owner, Command.ReleaseVmi release) {
    String path = Paths.vmis(owner) + "/" + release.vmiName();
    return new Step.Ask(
        ApiRequest.get(path),
        found -> {
          if (found.code() == 404
              || (found.isSuccess() && !release.vmiUid().equals(Trees.uid(found.body())))) {
            return Step.end(Ending.alreadySo("Gone"));
          }
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          List<Object> owners =
              new ArrayList<>(Trees.list(found.body(), "metadata", "ownerReferences"));
          if (!owners.removeIf(each -> owner.uid().equals(Trees.text(each, "uid")))) {
            return Step.end(Ending.done(found.body()));
          }
          JsonPatch patch =
              new JsonPatch().forVersionOf(found.body()).add(owners, "metadata", "ownerReferences");
          return new Step.Ask(
              new ApiRequest(VMI_ADOPT, JSON_PATCH, path, patch.operations()),
              answer -> {
                if (answer.isSuccess()) {
                  return Step.end(Ending.done(answer.body()));
                }
                // Another write came between, or the object went: look again.
                return answer.code() == 409 || answer.code() == 404
                    ? new Step.Again(answer.message())
                    : Step.refuse(answer);
              });
        });
  }

  static Step writeMetadata(Command.Owner owner, Command.WriteOwnerMetadata write) {
    return new Step.Ask(
        ApiRequest.get(Paths.owner(owner)),
        found -> {
          boolean gone =
              found.code() == 404
                  || (found.isSuccess() && !owner.uid().equals(Trees.uid(found.body())));
          if (gone) {
            // An object that is gone has no finalizers either.
            return Step.end(
                write.addFinalizers().isEmpty() && write.annotations().isEmpty()
                    ? Ending.alreadySo("Gone")
                    : gone(owner));
          }
          return found.isSuccess() ? patch(owner, write, found.body()) : Step.refuse(found);
        });
  }

  static Ending gone(Command.Owner owner) {
    return Ending.refused(
        "OwnerGone", "The " + owner.kind() + " of uid " + owner.uid() + " is not there any more");
  }

  static Ending deleting(Command.Owner owner) {
    return Ending.refused("OwnerDeleting", "The " + owner.kind() + " is being deleted");
  }

  private static Step patch(
      Command.Owner owner, Command.WriteOwnerMetadata write, Map<String, Object> found) {
    List<String> before = Trees.strings(found, "metadata", "finalizers");
    List<String> finalizers = new ArrayList<>(before);
    for (String finalizer : write.addFinalizers()) {
      if (!finalizers.contains(finalizer)) {
        if (Trees.text(found, "metadata", "deletionTimestamp") != null) {
          return Step.end(deleting(owner));
        }
        finalizers.add(finalizer);
      }
    }
    finalizers.removeAll(write.removeFinalizers());
    boolean annotated =
        write.annotations().entrySet().stream().allMatch(each -> shows(found, each));
    if (finalizers.equals(before) && annotated) {
      return Step.end(Ending.done(found));
    }
    JsonPatch patch = new JsonPatch().forVersionOf(found);
    if (!finalizers.equals(before)) {
      patch.add(finalizers, "metadata", "finalizers");
    }
    if (!annotated) {
      annotate(patch, found, write.annotations());
    }
    return new Step.Ask(
        new ApiRequest(OWNER_METADATA, JSON_PATCH, Paths.owner(owner), patch.operations()),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          // Another write came between, or the object went: look again.
          return answer.code() == 409 || answer.code() == 404
              ? new Step.Again(answer.message())
              : Step.refuse(answer);
        });
  }

  private static boolean shows(Object found, Map.Entry<String, @Nullable String> wanted) {
    return Objects.equals(
        wanted.getValue(), Trees.text(found, "metadata", "annotations", wanted.getKey()));
  }

  private static void annotate(
      JsonPatch patch, Object found, Map<String, @Nullable String> annotations) {
    if (!(Trees.at(found, "metadata", "annotations") instanceof Map<?, ?>)) {
      patch.add(Map.of(), "metadata", "annotations");
    }
    annotations.forEach(
        (key, value) -> {
          if (value != null) {
            patch.add(value, "metadata", "annotations", key);
          } else if (Trees.at(found, "metadata", "annotations", key) != null) {
            patch.remove("metadata", "annotations", key);
          }
        });
  }
}
