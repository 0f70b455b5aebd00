/**
 * libvirt, spoken through a launcher's connection. libvirt-java is wrapped here and nowhere else.
 */
@NullMarked
package io.vireo.node.libvirt;

import org.jspecify.annotations.NullMarked;
