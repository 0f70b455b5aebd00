package io.vireo.schemas;

import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CreateVmi;
import io.vireo.schemas.avro.DeleteVmi;
import io.vireo.schemas.avro.EmitEvent;
import io.vireo.schemas.avro.WriteOwnerMetadata;
import io.vireo.schemas.avro.WriteOwnerStatus;

/**
 * What a command on {@code vireo.cluster.commands.v1} asks for, wherever its record has it: the
 * writes for owners of VMIs came later than the bodies that every release can read.
 */
public final class ClusterCommands {

  private ClusterCommands() {}

  /** The write for an owner of VMIs if it is one, else the body. */
  public static Object body(ClusterCommand command) {
    return command.getOwnerWrite() == null ? command.getBody() : command.getOwnerWrite();
  }

  /** Sets what the command asks for. */
  public static ClusterCommand.Builder put(ClusterCommand.Builder command, Object body) {
    return switch (body) {
      case CreateVmi write -> standIn(command).setOwnerWrite(write);
      case DeleteVmi write -> standIn(command).setOwnerWrite(write);
      case WriteOwnerStatus write -> standIn(command).setOwnerWrite(write);
      case WriteOwnerMetadata write -> standIn(command).setOwnerWrite(write);
      default -> command.setBody(body);
    };
  }

  private static ClusterCommand.Builder standIn(ClusterCommand.Builder command) {
    return command.setBody(new EmitEvent("Normal", "OwnerWrite", "See ownerWrite."));
  }
}
