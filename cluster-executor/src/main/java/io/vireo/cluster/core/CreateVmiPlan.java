package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Effect.REVISION_CREATE;
import static io.vireo.cluster.core.ApiRequest.Effect.VMI_ADOPT;
import static io.vireo.cluster.core.ApiRequest.Effect.VMI_CREATE;
import static io.vireo.cluster.core.ApiRequest.Verb.JSON_PATCH;
import static io.vireo.cluster.core.ApiRequest.Verb.POST;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A VMI of an owner's template, after the ControllerRevision that keeps what the owner was.
 *
 * <p>The template is read from the API server, since what is secret in it passes no topic. A
 * command that may have been carried out before makes nothing: a VMI that it made may have ended
 * and be gone since, and the scheduler, which knows, decides anew.
 */
final class CreateVmiPlan {

  private final Command.Owner owner;
  private final Command.CreateVmi create;
  private final boolean again;

  CreateVmiPlan(Command.Owner owner, Command.CreateVmi create, boolean again) {
    this.owner = owner;
    this.create = create;
    this.again = again;
  }

  Step begin() {
    return again ? lookFirst() : askForOwner();
  }

  private Step lookFirst() {
    return new Step.Ask(
        ApiRequest.get(vmiPath()),
        found -> {
          if (found.isSuccess()) {
            return existing(found.body());
          }
          return Step.end(
              Ending.notRepeated(
                  found.code() == 404
                      ? "The VMI is not there and was not created again"
                      : "The VMI could not be read: " + found.message()));
        });
  }

  private Step askForOwner() {
    return new Step.Ask(
        ApiRequest.get(Paths.owner(owner)),
        found -> {
          if (found.code() == 404
              || (found.isSuccess() && !owner.uid().equals(Trees.uid(found.body())))) {
            return Step.end(OwnerPlans.gone(owner));
          }
          return found.isSuccess() ? of(found.body()) : Step.refuse(found);
        });
  }

  private Step of(Map<String, Object> found) {
    if (Trees.text(found, "metadata", "deletionTimestamp") != null) {
      return Step.end(OwnerPlans.deleting(owner));
    }
    Object generation = Trees.at(found, "metadata", "generation");
    if (!(generation instanceof Number number) || number.longValue() != create.generation()) {
      return Step.end(
          Ending.refused(
              "GenerationChanged",
              "Expected generation "
                  + create.generation()
                  + " of the "
                  + owner.kind()
                  + ", but it is "
                  + Objects.toString(generation, "none")));
    }
    if (!(Trees.at(found, "spec", "template", "spec") instanceof Map<?, ?>)) {
      return Step.end(Ending.refused("InvalidTemplate", "Expected spec.template.spec"));
    }
    Map<String, Object> vmi = VmiOfTemplate.make(owner, create, found);
    InlineSecrets secrets = InlineSecrets.in(vmi);
    String revision = create.revisionName();
    return revision == null
        ? createVmi(vmi, secrets)
        : createRevision(revision, found, () -> createVmi(vmi, secrets));
  }

  private Step createRevision(String name, Map<String, Object> found, Supplier<Step> then) {
    Map<String, Object> metadata =
        Map.of(
            "name",
            name,
            "namespace",
            owner.namespace(),
            "ownerReferences",
            List.of(VmiOfTemplate.ownerReference(owner)));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("apiVersion", "apps/v1");
    body.put("kind", "ControllerRevision");
    body.put("metadata", metadata);
    body.put("data", Map.of("spec", Objects.requireNonNull(found.get("spec"))));
    body.put("revision", create.generation());
    return new Step.Ask(
        new ApiRequest(REVISION_CREATE, POST, Paths.revisions(owner), body),
        answer -> {
          // Its name is made of the owner's uid and generation: it says the same already.
          if (answer.isSuccess() || isTaken(answer)) {
            return then.get();
          }
          if (answer.code() == 409) {
            return new Step.Again("A conflict over the ControllerRevision");
          }
          // The words of the API server may quote the spec, so they are left out.
          return Step.end(
              Ending.refused(
                  answer.code() == 404 ? "NotFound" : answer.reason(),
                  "The API server refused the ControllerRevision "
                      + name
                      + " with "
                      + answer.code()));
        });
  }

  private Step createVmi(Map<String, Object> vmi, InlineSecrets secrets) {
    return new Step.Ask(
        new ApiRequest(VMI_CREATE, POST, Paths.vmis(owner), vmi),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          if (isTaken(answer)) {
            return askForTaken();
          }
          return answer.code() == 409
              ? new Step.Again(secrets.without(answer.message()))
              : Step.end(
                  Ending.refused(
                      answer.code() == 404 ? "NotFound" : answer.reason(),
                      secrets.without(answer.message())));
        });
  }

  private static boolean isTaken(ApiAnswer answer) {
    return answer.code() == 409 && answer.reason().equals("AlreadyExists");
  }

  private Step askForTaken() {
    return new Step.Ask(
        ApiRequest.get(vmiPath()),
        found -> {
          if (found.isSuccess()) {
            return existing(found.body());
          }
          return found.code() == 404
              ? Step.end(Ending.notRepeated("The VMI was there and is gone"))
              : Step.refuse(found);
        });
  }

  /**
   * Whose VMI it is that has the name. One that nobody controls is adopted, but not by a command
   * that may be an old one: an owner that has gone since would take the VMI with it.
   */
  private Step existing(Map<String, Object> found) {
    String controller = Trees.controllerUid(found);
    if (owner.uid().equals(controller)) {
      return Step.end(Ending.done(found));
    }
    if (controller != null || Trees.text(found, "metadata", "deletionTimestamp") != null) {
      return Step.end(
          Ending.refused(
              "NameTaken",
              "The name of the VMI " + create.vmiName() + " is taken by someone else"));
    }
    if (again) {
      return Step.end(
          Ending.notRepeated("The VMI is there without a controller and was not adopted"));
    }
    List<Object> owners = new ArrayList<>(Trees.list(found, "metadata", "ownerReferences"));
    owners.removeIf(each -> owner.uid().equals(Trees.text(each, "uid")));
    owners.add(VmiOfTemplate.ownerReference(owner));
    JsonPatch patch =
        new JsonPatch().forVersionOf(found).add(owners, "metadata", "ownerReferences");
    return new Step.Ask(
        new ApiRequest(VMI_ADOPT, JSON_PATCH, vmiPath(), patch.operations()),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          return answer.code() == 409 || answer.code() == 404
              ? Step.end(Ending.notRepeated("The VMI changed while it was adopted"))
              : Step.refuse(answer);
        });
  }

  private String vmiPath() {
    return Paths.vmis(owner) + "/" + create.vmiName();
  }
}
