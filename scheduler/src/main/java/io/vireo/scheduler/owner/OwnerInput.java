package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.CommandOutcome;
import io.vireo.scheduler.core.OwnedVmi;

/** One thing that happened to an owner of VMIs. */
public sealed interface OwnerInput {

  /** Kubernetes holds this object. */
  record OwnerSeen(OwnerRef ref, OwnerDesired desired, long incarnation) implements OwnerInput {}

  /** The object is gone. */
  record OwnerGone(OwnerRef ref, long incarnation) implements OwnerInput {}

  /** A VMI that it controls is as told. */
  record VmiTold(OwnedVmi vmi) implements OwnerInput {}

  /** A VMI has another controller now, or none. */
  record VmiReleased(OwnedVmi vmi) implements OwnerInput {}

  /** A command ended. */
  record OutcomeSeen(CommandOutcome outcome) implements OwnerInput {}

  /** A wake-up came due. */
  record TimerFired() implements OwnerInput {}

  /** A list barrier was passed; nothing about this owner itself. */
  record BarrierPassed() implements OwnerInput {}
}
