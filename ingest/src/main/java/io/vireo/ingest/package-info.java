/**
 * Ingest: Kubernetes and the nodes' reports become records on the observed topics.
 *
 * <p>{@link io.vireo.ingest.Ingest} puts it together: informers ({@link
 * io.vireo.ingest.kubernetes}) and consumers ({@link io.vireo.ingest.kafka}) feed one bounded
 * queue, {@link io.vireo.ingest.EventLoop} gives each input to the pure core ({@link
 * io.vireo.ingest.core}) and writes what follows. All of these are taken by turns and have neither
 * clients nor threads of their own; {@link io.vireo.ingest.IngestMain} adds both, and health.
 *
 * <p>Deliberately absent: decisions, and writes to Kubernetes.
 */
@NullMarked
package io.vireo.ingest;

import org.jspecify.annotations.NullMarked;
