/**
 * What each command asks of the API server and what an answer means: no I/O, no clock of its own.
 *
 * <p>{@link io.vireo.cluster.core.Plans} gives a {@link io.vireo.cluster.core.Command} its first
 * {@link io.vireo.cluster.core.Step}; a step is a request with what follows from its answer, an
 * end, or "once more". {@link io.vireo.cluster.core.CommandRun} walks the steps with backoff.
 * {@link io.vireo.cluster.core.Lanes} keeps the order of each key while keys go in parallel; {@link
 * io.vireo.cluster.core.Progress} knows up to where everything is finished. Nothing here holds a
 * thread: what waits is a future, and {@link io.vireo.cluster.core.Rounds} goes on when it
 * completes.
 *
 * <p>A plan may be begun again at any point, also by another process: each begins by what the API
 * server holds, and each write carries the uid it means. Status writes alone are not told apart by
 * age within an epoch: the newest in the log wins because a lane keeps its order. The creation of
 * an owner's VMI alone is never repeated ({@link io.vireo.cluster.core.CreateVmiPlan}): no uid is
 * known to mean it by. Deliberately absent: Kafka, HTTP, Avro.
 */
@NullMarked
package io.vireo.cluster.core;

import org.jspecify.annotations.NullMarked;
