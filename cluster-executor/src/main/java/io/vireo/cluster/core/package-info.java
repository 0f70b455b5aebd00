/**
 * What each command asks of the API server and what an answer means: no I/O, no clock of its own.
 *
 * <p>{@link io.vireo.cluster.core.Plans} gives a {@link io.vireo.cluster.core.Command} its first
 * {@link io.vireo.cluster.core.Step}; a step is a request with what follows from its answer, an
 * end, or "once more". {@link io.vireo.cluster.core.CommandRun} walks the steps with backoff.
 * {@link io.vireo.cluster.core.Lanes} keeps the order of each key while keys go in parallel; {@link
 * io.vireo.cluster.core.Progress} knows up to where everything is finished.
 *
 * <p>A plan may be begun again at any point, also by another process: each begins by what the API
 * server holds, and each write carries the uid it means. Deliberately absent: Kafka, HTTP, Avro.
 */
@NullMarked
package io.vireo.cluster.core;

import org.jspecify.annotations.NullMarked;
