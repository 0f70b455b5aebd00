/**
 * What ingest knows and what it makes of news: pure state, no I/O, no clock.
 *
 * <p>{@link io.vireo.ingest.core.Intake} is the entry type: one {@link io.vireo.ingest.core.Input}
 * and the time go in, the {@link io.vireo.ingest.core.Output}s to write come out. It keeps five
 * books, each with what was written last: VMIs, their owners, launcher pods, domains and nodes. A
 * book lets only differences through, and after a full list it finds what vanished while nobody
 * looked. {@link io.vireo.ingest.core.VmiReader} and {@link io.vireo.ingest.core.OwnerReader} turn
 * an object of Kubernetes into a snapshot and take the secrets out ({@link
 * io.vireo.ingest.core.Redaction}). {@link io.vireo.ingest.core.ReportCheck} says what of a node's
 * claims could be meant, and {@link io.vireo.ingest.core.Placements} which epochs a node may speak
 * of; {@link io.vireo.ingest.core.Reports} lets what is ahead of the watch wait ({@link
 * io.vireo.ingest.core.EarlyReports}) and finds what is missing ({@link
 * io.vireo.ingest.core.GapBook}).
 *
 * <p>One thread owns an {@link io.vireo.ingest.core.Intake}. Deliberately absent: Kafka, fabric8,
 * Avro, the clock, and every decision about virtual machines.
 */
@NullMarked
package io.vireo.ingest.core;

import org.jspecify.annotations.NullMarked;
