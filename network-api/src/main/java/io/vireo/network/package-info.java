/**
 * What the launcher, the node-executor and the node's network helper say to each other about a
 * pod's network, and the few system calls that this needs and Java has no method for.
 *
 * <p>{@link io.vireo.network.NetworkRequest} is what is wanted, {@link
 * io.vireo.network.GuestNetwork} what became of it; {@link io.vireo.network.DescriptorSocket}
 * carries both with file descriptors. Only {@code java.base} is used, since the launcher has no
 * more. Deliberately absent: any decision.
 */
@NullMarked
package io.vireo.network;

import org.jspecify.annotations.NullMarked;
