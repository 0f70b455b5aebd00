/**
 * Processes that outlive whoever started them: a pid file names each one, so that any process of
 * the same user can find, stop or replace it.
 *
 * <p>{@link io.vireo.dev.process.ProcessSpec} says how to run one and can be kept in a file; {@link
 * io.vireo.dev.process.ManagedProcess} is one that runs; {@link io.vireo.dev.process.ProcessStart}
 * tells a process from a later one with the same pid. Deliberately absent: restarts of what died,
 * since a test that kills a part wants it dead.
 */
@NullMarked
package io.vireo.dev.process;

import org.jspecify.annotations.NullMarked;
