/**
 * What the benchmarks of Vireo's own code feed it with. {@link io.vireo.bench.VmiLife} is the way
 * of one VMI to Running: the records that ingest writes of it, as they follow from what the
 * production code decides. {@link io.vireo.bench.TinyVmi} is the manifest, as admission leaves it.
 * Package {@code core} measures single functions by JMH. Whoever measures the scheduler as a
 * process writes the same records to a broker; that is in {@code cli}, with all that prints.
 *
 * <p>Nothing here runs in a stack, and no part of a stack may depend on it.
 */
@NullMarked
package io.vireo.bench;

import org.jspecify.annotations.NullMarked;
