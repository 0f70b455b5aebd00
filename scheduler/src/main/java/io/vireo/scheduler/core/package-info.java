/**
 * What the scheduler knows of a VMI and what it decides: pure functions over records.
 *
 * <p>{@link io.vireo.scheduler.core.Evolution} folds one {@link io.vireo.scheduler.core.Input} into
 * a {@link io.vireo.scheduler.core.VmiState}; {@link io.vireo.scheduler.core.Decider} compares what
 * is desired with what is observed and returns a {@link io.vireo.scheduler.core.Decision}:
 * commands, events, the state after them and the next wake-up. {@link
 * io.vireo.scheduler.core.Surroundings} is what both may look up: nodes and list barriers of the
 * partition. Time comes in as an argument; ids are made of uid, epoch and sequence number.
 *
 * <p>Absent on purpose: Kafka, Avro, clocks and logs; package {@code topology} has them.
 */
@NullMarked
package io.vireo.scheduler.core;

import org.jspecify.annotations.NullMarked;
