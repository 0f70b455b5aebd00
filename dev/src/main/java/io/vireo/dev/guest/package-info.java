/**
 * The guests that development and tests boot, made of Debian packages: one that is at its login
 * prompt in seconds under software emulation, and a whole Debian. Made without mounts and loop
 * devices.
 *
 * <ul>
 *   <li>{@link io.vireo.dev.guest.GuestImage}: the containerDisk {@code localhost/vireo/tiny:1}
 *   <li>{@link io.vireo.dev.guest.GuestKernel}: kernel and modules out of a Debian package
 *   <li>{@link io.vireo.dev.guest.GuestPrograms}: the guest's agent, ssh server and DHCPv6 client,
 *       which are started as {@link io.vireo.dev.guest.AccessScripts} says
 *   <li>{@link io.vireo.dev.guest.Initramfs}: the root file system; its scripts are in {@link
 *       io.vireo.dev.guest.GuestScripts}
 *   <li>{@link io.vireo.dev.guest.DebianGuest}: the containerDisk {@code
 *       localhost/vireo/debian:12}, with systemd and cloud-init; its own files are in {@link
 *       io.vireo.dev.guest.DebianGuestFiles}
 *   <li>{@link io.vireo.dev.guest.BootDisk}: a disk with a boot loader out of a root file system
 * </ul>
 */
@NullMarked
package io.vireo.dev.guest;

import org.jspecify.annotations.NullMarked;
