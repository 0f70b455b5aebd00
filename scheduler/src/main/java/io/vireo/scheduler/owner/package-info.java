/**
 * What the scheduler knows of an owner of VMIs and what it decides: the loop of {@link
 * io.vireo.scheduler.core} one level up, as pure functions over records.
 *
 * <p>An owner is a VirtualMachine or a VirtualMachineInstanceReplicaSet. {@link
 * io.vireo.scheduler.owner.OwnerDecider} folds one {@link io.vireo.scheduler.owner.OwnerInput} into
 * an {@link io.vireo.scheduler.owner.OwnerState}, compares the object with the VMIs that the other
 * loop tells of, and returns an {@link io.vireo.scheduler.owner.OwnerDecision}. {@code
 * VirtualMachines} and {@code ReplicaSets} are the two sets of rules; what both share (commands and
 * their ends, status writes) is in the classes with {@code Owner} in their name.
 *
 * <p>It depends on {@code core} for what a VMI is told as, outcomes and pauses; {@code core} knows
 * nothing of owners. Absent on purpose: Kafka, Avro, clocks and logs; package {@code topology} has
 * them.
 */
@NullMarked
package io.vireo.scheduler.owner;

import org.jspecify.annotations.NullMarked;
