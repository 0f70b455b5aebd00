/**
 * The executor of one node. {@link io.vireo.node.NodeExecutorMain} wires; {@code NodeLoop} is the
 * one thread on which {@link io.vireo.node.core.Lane} decides for every VM; {@code Hands} carries
 * out effects, each VM's in order and beside the others. It holds no Kubernetes credential.
 */
@NullMarked
package io.vireo.node;

import org.jspecify.annotations.NullMarked;
