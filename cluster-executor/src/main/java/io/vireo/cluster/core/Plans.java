package io.vireo.cluster.core;

import io.vireo.cluster.core.Command.Body;
import java.util.List;
import java.util.Objects;

/** The first step of each command. */
final class Plans {

  private Plans() {}

  static Step begin(Command command, Attempt attempt) {
    Body body = command.body();
    if (body instanceof Command.LabelNode label) {
      return names(List.of(label.node())) ? OtherPlans.labelNode(label) : badName();
    }
    Command.Subject subject = command.subject();
    if (subject == null || !names(List.of(subject.namespace()))) {
      return badName();
    }
    // Of an object that is gone the name may be lost, and a pod of it is deleted by its own.
    boolean nameIsNeeded = !(body instanceof Command.DeleteLauncherPod);
    if (!names(List.of(subject.name())) && (nameIsNeeded || !subject.name().isEmpty())) {
      return badName();
    }
    if (body instanceof Command.EmitEvent event) {
      return OtherPlans.emitEvent(command.id(), subject, event, attempt.nowMs());
    }
    return switch (subject) {
      case Command.Vmi vmi -> ofVmi(vmi, body, attempt);
      case Command.Owner owner -> ofOwner(owner, body, attempt);
    };
  }

  private static Step ofVmi(Command.Vmi vmi, Body body, Attempt attempt) {
    return switch (body) {
      case Command.CreateLauncherPod create -> {
        boolean named =
            names(List.of(create.podName()))
                && names(
                    create.secrets().stream().map(Command.SecretFromSpec::secretName).toList());
        yield named ? new CreatePodPlan(vmi, create, attempt.again()).begin() : badName();
      }
      case Command.DeleteLauncherPod delete ->
          names(List.of(delete.podName())) ? PodPlans.delete(vmi, delete) : badName();
      case Command.SetPodReady ready ->
          names(List.of(ready.podName()))
              ? PodPlans.setReady(vmi, ready, attempt.nowMs())
              : badName();
      case Command.WriteStatus write -> new WriteStatusPlan(vmi, write, attempt.again()).begin();
      case Command.RemoveFinalizer remove -> RemoveFinalizerPlan.begin(vmi, remove);
      default -> wrongSubject(vmi, body);
    };
  }

  private static Step ofOwner(Command.Owner owner, Body body, Attempt attempt) {
    return switch (body) {
      case Command.CreateVmi create -> {
        String revision = create.revisionName();
        boolean named =
            names(List.of(create.vmiName())) && (revision == null || names(List.of(revision)));
        yield named ? new CreateVmiPlan(owner, create, attempt.again()).begin() : badName();
      }
      case Command.DeleteVmi delete ->
          names(List.of(delete.vmiName())) ? OwnerPlans.deleteVmi(owner, delete) : badName();
      case Command.WriteOwnerStatus write ->
          new WriteOwnerStatusPlan(owner, write, attempt.again()).begin();
      case Command.WriteOwnerMetadata write -> OwnerPlans.writeMetadata(owner, write);
      default -> wrongSubject(owner, body);
    };
  }

  private static Step wrongSubject(Command.Subject subject, Body body) {
    return Step.end(
        Ending.refused(
            "WrongSubject",
            "Expected no " + body.getClass().getSimpleName() + " for a " + subject.kind()));
  }

  private static boolean names(List<String> names) {
    return names.stream().allMatch(Paths::isName);
  }

  private static Step badName() {
    return Step.end(
        Ending.refused("InvalidName", "Expected the names of Kubernetes objects in the command"));
  }

  /**
   * After a write with a uid precondition was refused: the refusal alone does not say whether the
   * uid was the reason, so the object is asked for.
   */
  static Step explain(String path, String uid, ApiAnswer refusal) {
    return new Step.Ask(
        ApiRequest.get(path),
        found -> {
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          if (!uid.equals(Trees.uid(found.body()))) {
            return Step.end(uidMismatch(uid, found));
          }
          return refusal.code() == 409 ? new Step.Again(refusal.message()) : Step.refuse(refusal);
        });
  }

  static Ending uidMismatch(String uid, ApiAnswer found) {
    return Ending.refused(
        "UidMismatch",
        "Expected uid "
            + uid
            + ", but the object of that name has "
            + Objects.requireNonNullElse(Trees.uid(found.body()), "none"));
  }
}
