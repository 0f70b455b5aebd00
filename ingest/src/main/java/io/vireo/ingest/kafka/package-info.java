/**
 * Kafka as ingest's memory, ear and mouth.
 *
 * <p>{@link io.vireo.ingest.kafka.Past} gives the core back what earlier starts wrote. {@link
 * io.vireo.ingest.kafka.Inbox} reads ends and reports as {@link io.vireo.ingest.kafka.Delivery}s,
 * {@link io.vireo.ingest.kafka.Outbox} writes {@link io.vireo.ingest.core.Output}s. {@link
 * io.vireo.ingest.kafka.ToAvro} and {@link io.vireo.ingest.kafka.FromAvro} translate.
 *
 * <p>A position is committed only after all that its record led to is acknowledged, and never past
 * a record that still waits in memory, so a start after a crash reads some records again; the core
 * takes each twice without harm. What was lost before it was read is told.
 *
 * <p>A start that is not the newest any more ends itself. Until then the newest writes its own
 * value over each that the other writes ({@link io.vireo.ingest.kafka.Written}). Deliberately
 * absent: consumer group membership, since one ingest reads everything.
 */
@NullMarked
package io.vireo.ingest.kafka;

import org.jspecify.annotations.NullMarked;
