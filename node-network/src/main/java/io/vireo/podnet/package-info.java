/**
 * The node's network helper: the one process of Vireo with capabilities. It makes bridge, tap
 * device, addresses and rules in the network namespace of a launcher pod, for which it is handed a
 * descriptor, and hands back the sockets that the launcher, which has no capability, cannot open.
 *
 * <p>{@link io.vireo.podnet.NodeNetworkMain} waits for the node-executor, which is its only client.
 * {@code core} decides what is to be done from what is there and what is wanted; {@link
 * io.vireo.podnet.PodNamespace} does it. It knows no pod, no VM, no Kubernetes and no Kafka, opens
 * no path that a pod could have made, and trusts no process id.
 */
@NullMarked
package io.vireo.podnet;

import org.jspecify.annotations.NullMarked;
