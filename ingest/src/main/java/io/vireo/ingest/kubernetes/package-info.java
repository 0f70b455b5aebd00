/**
 * Kubernetes as inputs: informers, and the translation of their objects.
 *
 * <p>{@link io.vireo.ingest.kubernetes.Watches} starts them; {@link
 * io.vireo.ingest.kubernetes.KubernetesObjects} turns objects into what the core knows. Handlers
 * run on the client's threads, keep the order of their kind, and block while the sink is full.
 *
 * <p>Deliberately absent: any write to Kubernetes, and any memory of objects but the informers'
 * own.
 */
@NullMarked
package io.vireo.ingest.kubernetes;

import org.jspecify.annotations.NullMarked;
