/**
 * The one process of Vireo's in a VM's pod, a child of tini. It prepares the disks, starts
 * libvirtd, dials the node's executor through the folder that the device plugin mounted, and says
 * how the guest ended. One runs per VM: java.base only, a handful of threads.
 *
 * <p>{@link io.vireo.launcher.LauncherMain} wires; {@code core} has the pure parts (options,
 * control messages, disk image checks), {@code process} everything that touches files and
 * processes.
 */
@NullMarked
package io.vireo.launcher;

import org.jspecify.annotations.NullMarked;
