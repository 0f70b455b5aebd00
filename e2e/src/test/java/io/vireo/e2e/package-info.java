/**
 * The whole of Vireo as its users meet it: a real API server, Kafka, libvirt, QEMU and guest.
 * {@code Stack} starts one for a class; {@code Cluster} is kubectl's view of it, {@code Console}
 * the serial port, {@code Records} an outside consumer of the topics.
 */
@NullMarked
package io.vireo.e2e;

import org.jspecify.annotations.NullMarked;
