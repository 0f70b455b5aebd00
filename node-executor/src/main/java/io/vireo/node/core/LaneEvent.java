package io.vireo.node.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that happened to one VM on this node. */
public sealed interface LaneEvent {

  /** Whether it only shortens what would be told again: that need not outlive the process. */
  default boolean isForgetting() {
    return this instanceof EndStored || this instanceof CommandEndStored;
  }

  /**
   * A command came.
   *
   * @param conflict with another VM of the node, which a start has to wait for
   */
  record CommandCame(NodeCommandData command, Optional<Conflict> conflict) implements LaneEvent {}

  /**
   * The launcher in the pod of the held Start is connected.
   *
   * @param state fresh, marked or ended: what it says of itself
   * @param end how the guest ended, when it did
   */
  record LauncherConnected(
      long session, long epoch, String podNamespace, String podName, String state, String end)
      implements LaneEvent {}

  /** Its disks and libvirtd are ready. */
  record LauncherPrepared(long session) implements LaneEvent {}

  /** It could not prepare. */
  record PreparationFailed(long session, String reason, String message) implements LaneEvent {}

  /** It has durably marked itself used. */
  record LauncherMarked(long session) implements LaneEvent {}

  /** It would not mark itself. */
  record MarkRefused(long session, String message) implements LaneEvent {}

  /** It saw QEMU's process end. */
  record GuestEnded(long session, String reason) implements LaneEvent {}

  /** The connection closed; that proves nothing. */
  record LauncherLost(long session) implements LaneEvent {}

  /** libvirt was asked. */
  record DomainSeen(long session, LaneState.DomainView view) implements LaneEvent {}

  /**
   * The guest's agent was asked.
   *
   * @param said null if it did not answer
   */
  record AgentAsked(long session, @Nullable AgentView said) implements LaneEvent {}

  /** libvirt would not create the domain, and none is there. */
  record CreationFailed(long session, String message) implements LaneEvent {}

  /** The kubelet has no such pod, in several answers over a while: nothing of it runs here. */
  record PodGone() implements LaneEvent {}

  /** Kafka holds the report of this epoch's end. */
  record EndStored(long epoch) implements LaneEvent {}

  /** Kafka holds the end of this command. */
  record CommandEndStored(String commandId) implements LaneEvent {}

  /** The executor has started; the roster is all that it knows. */
  record Restarted() implements LaneEvent {}

  /** A wake-up that was asked for. */
  record Tick() implements LaneEvent {}
}
