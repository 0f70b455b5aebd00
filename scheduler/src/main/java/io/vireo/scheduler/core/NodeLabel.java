package io.vireo.scheduler.core;

import org.jspecify.annotations.Nullable;

/**
 * What the label of a node is to say, and whether it is known to say so. Kept in one partition
 * only.
 *
 * @param nodeUid uid of the Node object that is meant
 * @param schedulable whether launchers may be put there
 * @param heardMs when its executor was last heard, to be written with the label; null for none
 * @param commandId the last command, whose end is awaited or was no success; null once it is done
 * @param failures commands for this label that were no success, one after another
 * @param wakeUpAtMs when to write the label again; 0 for never
 */
public record NodeLabel(
    String nodeUid,
    boolean schedulable,
    @Nullable Long heardMs,
    @Nullable String commandId,
    int failures,
    long wakeUpAtMs) {

  NodeLabel done() {
    return new NodeLabel(nodeUid, schedulable, null, null, 0, 0);
  }

  NodeLabel issued(String id, long untilMs) {
    return new NodeLabel(nodeUid, schedulable, heardMs, id, failures, untilMs);
  }

  NodeLabel failed(long againAtMs) {
    return new NodeLabel(nodeUid, schedulable, heardMs, commandId, failures + 1, againAtMs);
  }
}
