/**
 * What is measured of the package of this name in {@code scheduler} and open within that only.
 * {@link io.vireo.scheduler.topology.MeasuredCodecs} is all of it, so that nothing there has to be
 * public for the sake of a benchmark.
 */
@NullMarked
package io.vireo.scheduler.topology;

import org.jspecify.annotations.NullMarked;
