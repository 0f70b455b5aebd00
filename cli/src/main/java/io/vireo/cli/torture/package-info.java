/**
 * The kill matrix: a stack of processes whose parts are ended, paused and robbed of their disks at
 * named places, while guests run that must not notice.
 *
 * <p>{@link io.vireo.cli.torture.Torture} runs a plan of {@link io.vireo.cli.torture.Failpoints}
 * and {@link io.vireo.cli.torture.PlainFault}s; {@link io.vireo.cli.torture.Eyes} see processes,
 * pods and phases all the while; {@link io.vireo.cli.torture.RecordAudit} checks what {@code
 * vireo.vmi.events.v1} says of it. {@link io.vireo.cli.torture.TakeOver} measures how soon one
 * scheduler goes on for another.
 *
 * <p>It stands in this module because it drives a stack as a user does, with this module's clients
 * of the cluster and the consoles, and because the tests of the whole depend on this module.
 */
@NullMarked
package io.vireo.cli.torture;

import org.jspecify.annotations.NullMarked;
