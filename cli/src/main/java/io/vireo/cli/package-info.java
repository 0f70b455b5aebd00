/**
 * The {@code vireo} command. {@link io.vireo.cli.VireoMain} lists the subcommands, each of which is
 * one class {@code …Command}; {@link io.vireo.cli.Place} knows the folders. {@code doctor}: what
 * the machine needs. {@code console}: the serial console. {@code events}: the record of what
 * happened. {@code nodes}: how nodes stand, and an administrator's word about one. {@code demo}:
 * the way of one virtual machine from apply to gone, with its figures.
 */
@NullMarked
package io.vireo.cli;

import org.jspecify.annotations.NullMarked;
