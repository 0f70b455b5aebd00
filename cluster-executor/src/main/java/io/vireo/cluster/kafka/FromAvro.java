package io.vireo.cluster.kafka;

import io.vireo.cluster.core.Command;
import io.vireo.schemas.ClusterCommands;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CreateLauncherPod;
import io.vireo.schemas.avro.CreateVmi;
import io.vireo.schemas.avro.DeleteLauncherPod;
import io.vireo.schemas.avro.DeleteVmi;
import io.vireo.schemas.avro.EmitEvent;
import io.vireo.schemas.avro.LabelNode;
import io.vireo.schemas.avro.OwnerRef;
import io.vireo.schemas.avro.RemoveFinalizer;
import io.vireo.schemas.avro.SetPodReady;
import io.vireo.schemas.avro.WriteOwnerMetadata;
import io.vireo.schemas.avro.WriteOwnerStatus;
import io.vireo.schemas.avro.WriteStatus;
import org.jspecify.annotations.Nullable;

/** Avro records as the core's commands. */
final class FromAvro {

  private FromAvro() {}

  static Command command(ClusterCommand command) {
    return new Command(command.getCommandId(), subject(command), body(ClusterCommands.body(command)));
  }

  private static Command.@Nullable Subject subject(ClusterCommand command) {
    OwnerRef owner = command.getOwner();
    if (owner != null && command.getNamespace() != null && command.getName() != null) {
      return Command.OwnerKind.of(owner.getKind())
          .map(
              kind ->
                  new Command.Owner(
                      kind, owner.getUid(), command.getNamespace(), command.getName()))
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "Expected a kind that owns VMIs, but got " + owner.getKind()));
    }
    return command.getVmiUid() == null
            || command.getNamespace() == null
            || command.getName() == null
        ? null
        : new Command.Vmi(command.getVmiUid(), command.getNamespace(), command.getName());
  }

  private static Command.Body body(Object body) {
    return switch (body) {
      case CreateLauncherPod create ->
          new Command.CreateLauncherPod(
              create.getPodName(),
              create.getEpoch(),
              create.getPodJson(),
              create.getSecrets().stream()
                  .map(each -> new Command.SecretFromSpec(each.getSecretName(), each.getVolume()))
                  .toList());
      case DeleteLauncherPod delete ->
          new Command.DeleteLauncherPod(
              delete.getPodName(), delete.getPodUid(), delete.getGracePeriodSeconds());
      case SetPodReady ready ->
          new Command.SetPodReady(
              ready.getPodName(), ready.getPodUid(), ready.getReady(), ready.getReason());
      case WriteStatus write ->
          new Command.WriteStatus(
              write.getStatusJson(),
              write.getLabels(),
              write.getAnnotations(),
              write.getAddFinalizers(),
              write.getBasedOn());
      case RemoveFinalizer remove ->
          new Command.RemoveFinalizer(remove.getFinalizers(), remove.getStatusJson());
      case EmitEvent event ->
          new Command.EmitEvent(event.getEventType(), event.getReason(), event.getMessage());
      case CreateVmi create ->
          new Command.CreateVmi(
              create.getVmiName(),
              create.getGeneration(),
              create.getRevisionName(),
              create.getLabels(),
              create.getAnnotations(),
              create.getPaused());
      case DeleteVmi delete ->
          new Command.DeleteVmi(
              delete.getVmiName(), delete.getVmiUid(), delete.getGracePeriodSeconds());
      case WriteOwnerStatus write ->
          new Command.WriteOwnerStatus(write.getStatusJson(), write.getBasedOn());
      case WriteOwnerMetadata write ->
          new Command.WriteOwnerMetadata(
              write.getAddFinalizers(), write.getRemoveFinalizers(), write.getAnnotations());
      case LabelNode label ->
          new Command.LabelNode(
              label.getNode(), label.getNodeUid(), label.getLabels(), label.getAnnotations());
      default ->
          throw new IllegalArgumentException(
              "Expected a body that the schema knows, but got " + body.getClass());
    };
  }
}
