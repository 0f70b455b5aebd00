/**
 * What really happened, and whether the guarantees held.
 *
 * <p>{@link io.vireo.simulator.check.Truth} sees every QEMU process in true time, which no part of
 * Vireo can; {@link io.vireo.simulator.check.AuditRecord} reads the topics as an auditor does. The
 * checkers compare both with the guarantees of {@code docs/guarantees.md}. They know what is
 * promised, never how it is done.
 */
@NullMarked
package io.vireo.simulator.check;

import org.jspecify.annotations.NullMarked;
