package io.vireo.cluster.kafka;

import io.vireo.cluster.core.Command;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CreateLauncherPod;
import io.vireo.schemas.avro.DeleteLauncherPod;
import io.vireo.schemas.avro.EmitEvent;
import io.vireo.schemas.avro.LabelNode;
import io.vireo.schemas.avro.RemoveFinalizer;
import io.vireo.schemas.avro.SetPodReady;
import io.vireo.schemas.avro.WriteStatus;
import org.jspecify.annotations.Nullable;

/** Avro records as the core's commands. */
final class FromAvro {

  private FromAvro() {}

  static Command command(ClusterCommand command) {
    return new Command(command.getCommandId(), vmi(command), body(command.getBody()));
  }

  private static Command.@Nullable Vmi vmi(ClusterCommand command) {
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
      case LabelNode label ->
          new Command.LabelNode(
              label.getNode(), label.getNodeUid(), label.getLabels(), label.getAnnotations());
      default ->
          throw new IllegalArgumentException(
              "Expected a body that the schema knows, but got " + body.getClass());
    };
  }
}
