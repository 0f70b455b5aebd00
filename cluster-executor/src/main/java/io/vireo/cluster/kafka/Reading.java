package io.vireo.cluster.kafka;

import io.vireo.cluster.core.Command;
import io.vireo.cluster.core.Progress;
import io.vireo.schemas.ClusterCommands;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.ClusterCommand;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What a record turned out to be. Reading never throws: a record must not stop its partition. */
sealed interface Reading {

  /** Larger than any command that Kafka takes with its usual settings. */
  int VALUE_MAX = 1 << 20;

  /** An outcome carries it, so it must leave room. */
  int ID_MAX = 1024;

  /** The longest name that Kubernetes has for anything. */
  int NAME_MAX = 253;

  /** A command. */
  record Usable(Task task) implements Reading {}

  /** Nothing that can be done. */
  record Unusable(String reason, String message) implements Reading {}

  static Reading of(ConsumerRecord<String, byte[]> record, Progress.Read read, boolean again) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return new Unusable("NullValue", "Expected a command, but the record has no value");
    }
    if (value.length > VALUE_MAX) {
      return new Unusable(
          "Oversized", "Expected at most " + VALUE_MAX + " bytes, but got " + value.length);
    }
    try {
      ClusterCommand command = Topics.CLUSTER_COMMANDS.decode(value);
      return of(record, command, FromAvro.command(command), read, again);
    } catch (UndecodableRecordException e) {
      return new Unusable(e.reason(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // The class only: words may quote the payload.
      return new Unusable(
          "Malformed", "Expected a command, but reading it threw " + e.getClass().getSimpleName());
    }
  }

  private static Reading of(
      ConsumerRecord<String, byte[]> record,
      ClusterCommand avro,
      Command command,
      Progress.Read read,
      boolean again) {
    if (command.id().length() > ID_MAX) {
      return new Unusable(
          "Oversized", "Expected a command id of at most " + ID_MAX + " characters");
    }
    String subject = subject(command);
    Command.Subject about = command.subject();
    if (isTooLong(subject)
        || (about != null && (isTooLong(about.namespace()) || isTooLong(about.name())))) {
      return new Unusable("Oversized", "Expected names of at most " + NAME_MAX + " characters");
    }
    // Lanes order by key: under a wrong one a command would overtake others of its object.
    if (subject == null || !subject.equals(record.key())) {
      return new Unusable(
          "WrongKey", "Expected the key to be the uid of the command's object, or its node");
    }
    return new Usable(
        new Task(
            command,
            subject,
            ClusterCommands.body(avro).getClass().getSimpleName(),
            record.partition(),
            read,
            again));
  }

  static boolean isTooLong(@Nullable String name) {
    return name != null && name.length() > NAME_MAX;
  }

  private static @Nullable String subject(Command command) {
    if (command.body() instanceof Command.LabelNode label) {
      return label.node();
    }
    Command.Subject about = command.subject();
    return about == null ? null : about.uid();
  }
}
