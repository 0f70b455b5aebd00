package io.vireo.cluster.core;

import java.util.List;

/**
 * Which waiting command makes an earlier one needless: a status write makes the one before it
 * needless, since each says everything. Not across other writes: what they rely on, such as the
 * finalizer before the pod, must be there first. Of a Node, heartbeats that waited while nothing
 * could be written are needless but for the last.
 */
public final class Overtaking {

  private Overtaking() {}

  /** Whether a command need not be done, given those that wait behind it in its lane. */
  public static boolean isOvertaken(Command command, List<Command> behind) {
    return switch (command.body()) {
      case Command.WriteStatus write ->
          !behind.isEmpty() && behind.getFirst().body() instanceof Command.WriteStatus;
      case Command.LabelNode label ->
          !behind.isEmpty()
              && behind.getFirst().body() instanceof Command.LabelNode next
              && saysAll(label, next);
      default -> false;
    };
  }

  private static boolean saysAll(Command.LabelNode earlier, Command.LabelNode later) {
    return earlier.node().equals(later.node())
        && earlier.nodeUid().equals(later.nodeUid())
        && later.labels().keySet().containsAll(earlier.labels().keySet())
        && later.annotations().keySet().containsAll(earlier.annotations().keySet());
  }
}
