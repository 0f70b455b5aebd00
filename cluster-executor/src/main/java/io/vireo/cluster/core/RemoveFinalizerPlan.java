package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Effect.FINALIZER_REMOVE;
import static io.vireo.cluster.core.ApiRequest.Verb.JSON_PATCH;

import io.vireo.schemas.CanonicalJson;
import java.util.List;
import java.util.Map;

/** The last write to a VMI: its final status, and its finalizers go. */
final class RemoveFinalizerPlan {

  private RemoveFinalizerPlan() {}

  static Step begin(Command.Vmi vmi, Command.RemoveFinalizer remove) {
    return new Step.Ask(
        ApiRequest.get(Paths.vmi(vmi)),
        found -> {
          if (found.code() == 404
              || (found.isSuccess() && !vmi.uid().equals(Trees.uid(found.body())))) {
            return Step.end(Ending.alreadySo("Gone"));
          }
          return found.isSuccess() ? patch(vmi, remove, found.body()) : Step.refuse(found);
        });
  }

  private static Step patch(Command.Vmi vmi, Command.RemoveFinalizer remove, Object found) {
    List<String> before = Trees.strings(found, "metadata", "finalizers");
    List<String> kept =
        before.stream().filter(each -> !remove.finalizers().contains(each)).toList();
    String statusJson = remove.statusJson();
    if (kept.equals(before) && statusJson == null) {
      return Step.end(Ending.done(found));
    }
    JsonPatch patch = new JsonPatch().forVersionOf(found);
    if (!kept.equals(before)) {
      patch.add(kept, "metadata", "finalizers");
    }
    if (statusJson != null) {
      Object status;
      try {
        status = CanonicalJson.read(statusJson);
      } catch (IllegalArgumentException e) {
        status = null;
      }
      if (!(status instanceof Map<?, ?>)) {
        return Step.end(Ending.refused("InvalidStatus", "Expected a status as a JSON object"));
      }
      patch.add(status, "status");
    }
    return new Step.Ask(
        new ApiRequest(FINALIZER_REMOVE, JSON_PATCH, Paths.vmi(vmi), patch.operations()),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          if (answer.code() == 404) {
            return Step.end(Ending.alreadySo("Gone"));
          }
          // Another write came between.
          return answer.code() == 409 ? new Step.Again(answer.message()) : Step.refuse(answer);
        });
  }
}
