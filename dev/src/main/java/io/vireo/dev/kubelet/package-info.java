/**
 * Nodes whose pods run under a real kubelet and containerd. Each is a machine in namespaces of this
 * machine's kernel; needs root.
 *
 * <ul>
 *   <li>{@link io.vireo.dev.kubelet.NodeNetwork}: the bridge between this machine and its nodes
 *   <li>{@link io.vireo.dev.kubelet.NodeSettings}: what kubelet, containerd and CNI are told
 *   <li>{@link io.vireo.dev.kubelet.NodeMachine}: starts a node, gives it images, shuts it down
 *   <li>{@link io.vireo.dev.kubelet.NodeCgroups}: the control groups that a node's pods live in
 *   <li>{@code node.sh}, a resource: what is done inside of the namespaces
 * </ul>
 */
@NullMarked
package io.vireo.dev.kubelet;

import org.jspecify.annotations.NullMarked;
