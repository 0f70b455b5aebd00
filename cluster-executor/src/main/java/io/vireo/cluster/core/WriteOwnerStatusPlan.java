package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Effect.OWNER_STATUS;
import static io.vireo.cluster.core.ApiRequest.Verb.JSON_PATCH;

import io.vireo.schemas.CanonicalJson;
import java.util.Map;
import java.util.function.Function;

/**
 * The status of an owner of VMIs as a whole, on no other version than the one that it was decided
 * upon: users put their requests there, and one that came meanwhile must not be written over.
 */
final class WriteOwnerStatusPlan {

  private final Command.Owner owner;
  private final Command.WriteOwnerStatus write;
  private final boolean again;

  WriteOwnerStatusPlan(Command.Owner owner, Command.WriteOwnerStatus write, boolean again) {
    this.owner = owner;
    this.write = write;
    this.again = again;
  }

  Step begin() {
    Object status;
    try {
      status = CanonicalJson.read(write.statusJson());
    } catch (IllegalArgumentException e) {
      status = null;
    }
    if (!(status instanceof Map<?, ?> tree)) {
      return Step.end(Ending.refused("InvalidStatus", "Expected a status as a JSON object"));
    }
    return again ? lookFirst(tree) : patch(tree);
  }

  private Step patch(Map<?, ?> status) {
    JsonPatch patch =
        new JsonPatch()
            .test(owner.uid(), "metadata", "uid")
            .forVersion(Long.toString(write.basedOn()))
            .add(status, "status");
    return new Step.Ask(
        new ApiRequest(
            OWNER_STATUS, JSON_PATCH, Paths.owner(owner) + "/status", patch.operations()),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          if (answer.code() == 404) {
            return Step.end(OwnerPlans.gone(owner));
          }
          // A failed test answers as something invalid does, so the object is asked.
          return answer.code() == 409 || answer.code() == 422 || answer.code() == 400
              ? explain(status, answer)
              : Step.refuse(answer);
        });
  }

  private Step lookFirst(Map<?, ?> status) {
    return look(status, found -> patch(status));
  }

  private Step explain(Map<?, ?> status, ApiAnswer refusal) {
    return look(
        status,
        found -> refusal.code() == 409 ? new Step.Again(refusal.message()) : Step.refuse(refusal));
  }

  private Step look(Map<?, ?> status, Function<ApiAnswer, Step> stillThere) {
    return new Step.Ask(
        ApiRequest.get(Paths.owner(owner)),
        found -> {
          if (found.code() == 404
              || (found.isSuccess() && !owner.uid().equals(Trees.uid(found.body())))) {
            return Step.end(OwnerPlans.gone(owner));
          }
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          String version = Trees.text(found.body(), "metadata", "resourceVersion");
          if (Long.toString(write.basedOn()).equals(version)) {
            return stillThere.apply(found);
          }
          return Step.end(
              status.equals(Trees.at(found.body(), "status"))
                  ? Ending.done(found.body())
                  : Ending.conflict(found.body()));
        });
  }
}
