/**
 * What a node's executor decides for one VM: pure functions over records.
 *
 * <p>{@link io.vireo.node.core.Lane} takes the {@link io.vireo.node.core.LaneState} of a VM and one
 * {@link io.vireo.node.core.LaneEvent} and returns the next state with the {@link
 * io.vireo.node.core.Effect}s to carry out once that state is on disk. {@link
 * io.vireo.node.core.DomainXml} renders libvirt's XML, with MachineXml for firmware, features, CPU
 * and clock, and DevicesXml for the devices. Absent on purpose: libvirt, Kafka, files and clocks.
 */
@NullMarked
package io.vireo.node.core;

import org.jspecify.annotations.NullMarked;
