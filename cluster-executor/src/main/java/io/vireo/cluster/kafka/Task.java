package io.vireo.cluster.kafka;

import io.vireo.cluster.core.Command;
import io.vireo.cluster.core.Progress;

/**
 * A command and where it was read.
 *
 * @param key of the record and of its outcome
 * @param type name of the command's body record
 * @param read to be told that it is finished
 * @param again whether another executor may have read it before
 */
public record Task(
    Command command, String key, String type, int partition, Progress.Read read, boolean again) {

  /** What goes one after another. Events tell people, and nothing has to wait until they do. */
  String lane() {
    return command.body() instanceof Command.EmitEvent ? key + " events" : key;
  }
}
