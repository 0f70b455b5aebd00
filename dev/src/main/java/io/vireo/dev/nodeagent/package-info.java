/**
 * A small kubelet for a developer's machine: runs the pods bound to its node as local processes,
 * from their spec alone. It needs no root where user namespaces are allowed.
 *
 * <ul>
 *   <li>{@link io.vireo.dev.nodeagent.NodeAgent}: node, informer, one {@link
 *       io.vireo.dev.nodeagent.PodWorker} for each pod
 *   <li>{@link io.vireo.dev.nodeagent.PodWorker}: brings one pod from where it is to where it
 *       should be; {@link io.vireo.dev.nodeagent.PodStart} makes its volumes and containers, {@link
 *       io.vireo.dev.nodeagent.PodStatusView} says what it looks like
 *   <li>{@link io.vireo.dev.nodeagent.ContainerProcess}: one attempt at one container; outlives the
 *       agent. {@link io.vireo.dev.nodeagent.RunScript} is what the process does before it becomes
 *       the container's program
 *   <li>{@link io.vireo.dev.nodeagent.PodRecord}, {@link io.vireo.dev.nodeagent.PodFiles}: what has
 *       to survive the agent
 *   <li>{@link io.vireo.dev.nodeagent.DevicePlugins}, {@link
 *       io.vireo.dev.nodeagent.PodResourcesServer}: the kubelet's plugin protocols
 * </ul>
 *
 * <p>Every container has mount, PID, IPC and UTS namespaces of its own, and a user namespace unless
 * the agent is root. All pods share the machine's network; a pod's address is one of the loopback
 * network 127.64.0.0/16.
 */
@NullMarked
package io.vireo.dev.nodeagent;

import org.jspecify.annotations.NullMarked;
