package io.vireo.scheduler.core;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the label of a node is to say, and whether it is known to say so. Kept in one partition
 * only.
 *
 * @param nodeUid uid of the Node object that is meant
 * @param schedulable whether launchers may be put there
 * @param machine keys of the labels that say what its machine can run, sorted
 * @param stale keys of such labels that were written earlier and say nothing true any more
 * @param heardMs when its executor was last heard, to be written with the label; null for none
 * @param commandId the last command, whose end is awaited or was no success; null once it is done
 * @param failures commands for this label that were no success, one after another
 * @param wakeUpAtMs when to write the label again; 0 for never
 */
public record NodeLabel(
    String nodeUid,
    boolean schedulable,
    List<String> machine,
    List<String> stale,
    @Nullable Long heardMs,
    @Nullable String commandId,
    int failures,
    long wakeUpAtMs) {

  /** An older scheduler kept no labels of the machine. */
  @SuppressWarnings("NullAway")
  public NodeLabel {
    machine = machine == null ? List.of() : List.copyOf(machine);
    stale = stale == null ? List.of() : List.copyOf(stale);
  }

  /** To be written; what was said of the machine before is removed unless it is said again. */
  static NodeLabel wanted(
      String nodeUid,
      boolean schedulable,
      @Nullable List<String> machine,
      @Nullable Long heardMs,
      @Nullable NodeLabel before) {
    List<String> had = before == null ? List.of() : before.machine();
    List<String> now = machine == null ? had : machine;
    List<String> stale =
        before == null
            ? List.of()
            : Stream.concat(had.stream(), before.stale().stream())
                .filter(key -> !now.contains(key))
                .distinct()
                .sorted()
                .toList();
    return new NodeLabel(nodeUid, schedulable, now, stale, heardMs, null, 0, 0);
  }

  NodeLabel done() {
    return new NodeLabel(nodeUid, schedulable, machine, List.of(), null, null, 0, 0);
  }

  NodeLabel issued(String id, long untilMs) {
    return new NodeLabel(nodeUid, schedulable, machine, stale, heardMs, id, failures, untilMs);
  }

  NodeLabel failed(long againAtMs) {
    return new NodeLabel(
        nodeUid, schedulable, machine, stale, heardMs, commandId, failures + 1, againAtMs);
  }
}
