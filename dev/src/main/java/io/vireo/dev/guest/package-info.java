/**
 * The guest that development and tests boot: a Linux of Debian packages that is at its login prompt
 * in seconds under software emulation. Made without root and loop devices.
 *
 * <ul>
 *   <li>{@link io.vireo.dev.guest.GuestImage}: the containerDisk {@code localhost/vireo/tiny:1}
 *   <li>{@link io.vireo.dev.guest.GuestKernel}: kernel and modules out of a Debian package
 *   <li>{@link io.vireo.dev.guest.GuestPrograms}: the guest's agent, ssh server and DHCPv6 client,
 *       which are started as {@link io.vireo.dev.guest.AccessScripts} says
 *   <li>{@link io.vireo.dev.guest.Initramfs}: the root file system; its scripts are in {@link
 *       io.vireo.dev.guest.GuestScripts}
 * </ul>
 */
@NullMarked
package io.vireo.dev.guest;

import org.jspecify.annotations.NullMarked;
