/**
 * From a VirtualMachineInstance's spec to what is made of it: the launcher pod and the domain.
 *
 * <p>Entry types: {@link io.vireo.spec.SpecReader} (tree to {@link io.vireo.spec.VmiSpec}, or every
 * reason why not), {@link io.vireo.spec.LauncherPod} (the Pod as a tree) and {@link
 * io.vireo.spec.DomainPlan} (the domain as a record).
 *
 * <p>Data flow: the canonical JSON tree of {@code spec} is read through {@code FieldReader}, which
 * knows the path of every value and remembers what was asked for. A key that nobody asked for is
 * refused by its path at the end, so a field can be honoured or refused but never ignored: to
 * honour one more field is to read it, carry it in {@code VmiSpec} and render it. There is one
 * reader for each subject; {@code HardwareReader} has those of the machine's parts, and checks what
 * they want of each other. Objects of Kubernetes itself (affinity, tolerations ...) are checked
 * against {@code Shape}s and passed on as they are. All problems are reported together.
 *
 * <p>Pure: java.* only, no clock, no I/O, nothing random; equal input, equal output. Inline
 * cloud-init data arrives as an opaque keyed hash and is never shown in a message.
 *
 * <p>Used by the scheduler's core, and by whoever refuses a manifest before it is stored. Absent on
 * purpose: libvirt's XML (the node executor renders it from the description), defaults that an
 * admission webhook would store, and live updates.
 */
@NullMarked
package io.vireo.spec;

import org.jspecify.annotations.NullMarked;
