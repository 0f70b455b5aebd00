/**
 * Kubernetes as Vireo meets it: objects with versions and uids, watches that break, a scheduler
 * that binds pods, a garbage collector and kubelets.
 *
 * <p>{@link io.vireo.simulator.kubernetes.SimApiServer} holds the objects as trees of JSON and
 * answers requests; {@link io.vireo.simulator.kubernetes.SimApi} is the cluster-executor's way to
 * it over the network; {@link io.vireo.simulator.kubernetes.SimInformer} drives ingest's own
 * handlers as fabric8's informers do. {@link io.vireo.simulator.kubernetes.ControlPlane} binds and
 * collects.
 *
 * <p>Deliberately absent: any rule of Vireo.
 */
@NullMarked
package io.vireo.simulator.kubernetes;

import org.jspecify.annotations.NullMarked;
