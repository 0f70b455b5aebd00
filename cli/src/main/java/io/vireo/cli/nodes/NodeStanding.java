package io.vireo.cli.nodes;

import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import org.jspecify.annotations.Nullable;

/**
 * How a node stands.
 *
 * @param node its name
 * @param uid of the Node object
 * @param state as in {@code vireo.node.transitions.v1}
 * @param reason why it stands so
 * @param actor the person who vouched for it, if one did
 * @param executorSession session of its executor, when known
 * @param heartbeat the minute in which its executor was last heard, in ms since the epoch, when
 *     known
 * @param observedAt when ingest wrote this, in ms since the epoch
 */
public record NodeStanding(
    String node,
    String uid,
    NodeState state,
    String reason,
    @Nullable String actor,
    @Nullable Long executorSession,
    @Nullable Long heartbeat,
    long observedAt) {

  /** Whether its executor speaks, so that guests on it run as far as anyone can know. */
  public boolean isAlive() {
    return state == NodeState.Eligible || state == NodeState.Back;
  }

  /** After one more record; what is only a heartbeat says nothing about reason and actor. */
  static NodeStanding after(@Nullable NodeStanding before, NodeTransition record) {
    String uid = text(record.getNodeUid());
    // Another Node object of the same name begins afresh.
    NodeStanding same = before != null && before.uid().equals(uid) ? before : null;
    NodeStanding kept = record.getHeartbeat() == null ? null : same;
    Long session = record.getExecutorSession();
    Long heartbeat = record.getHeartbeat();
    CharSequence actor = record.getActor();
    return new NodeStanding(
        text(record.getNode()),
        uid,
        record.getState(),
        kept != null ? kept.reason() : text(record.getReason()),
        kept != null ? kept.actor() : actor == null ? null : text(actor),
        session == null && same != null ? same.executorSession() : session,
        heartbeat == null && same != null ? same.heartbeat() : heartbeat,
        record.getObservedAt());
  }

  private static String text(CharSequence value) {
    return value.toString();
  }
}
