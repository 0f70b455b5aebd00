/**
 * One machine: its kubelet, the launchers in its pods, and QEMU with libvirt in front of it.
 *
 * <p>{@link io.vireo.simulator.node.SimMachine} can lose its power; {@link
 * io.vireo.simulator.node.SimKubelet} runs what Kubernetes bound to it, from the pod alone; {@link
 * io.vireo.simulator.node.SimLauncher} is the shell around the launcher's own rules; {@link
 * io.vireo.simulator.node.SimGuest} is the QEMU process with true time, which {@link
 * io.vireo.simulator.check.Truth} watches.
 */
@NullMarked
package io.vireo.simulator.node;

import org.jspecify.annotations.NullMarked;
