package io.vireo.cluster.core;

import java.util.List;

/**
 * Which waiting command makes an earlier one needless: a status write makes the one before it
 * needless, since each says everything. Not across other writes: what they rely on, such as the
 * finalizer before the pod, must be there first.
 */
public final class Overtaking {

  private Overtaking() {}

  /** Whether a command need not be done, given those that wait behind it in its lane. */
  public static boolean isOvertaken(Command command, List<Command> behind) {
    return command.body() instanceof Command.WriteStatus
        && behind.stream()
            .filter(next -> !(next.body() instanceof Command.EmitEvent))
            .findFirst()
            .map(next -> next.body() instanceof Command.WriteStatus)
            .orElse(false);
  }
}
