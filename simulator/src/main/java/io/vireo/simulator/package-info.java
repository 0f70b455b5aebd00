/**
 * A deterministic simulator: thousands of faulty lives of the production code in one JVM, each on
 * one thread and from one seed.
 *
 * <p>{@link io.vireo.simulator.Plan} decides from a seed what is wanted and what goes wrong; {@link
 * io.vireo.simulator.Simulation} lives it; the checkers in {@link io.vireo.simulator.check} compare
 * what happened with the guarantees; {@link io.vireo.simulator.Shrink} makes the story of a failure
 * short; {@link io.vireo.simulator.Campaign} does all that for a range of seeds.
 *
 * <p>What runs is production code: the scheduler's topology in Kafka's test driver, and the loops
 * of ingest, dispatcher and both executors over their ports, wired in {@link
 * io.vireo.simulator.parts}. Simulated are Kafka, Kubernetes, libvirt, the network and the clock.
 * Deliberately absent: a copy of any rule.
 */
@NullMarked
package io.vireo.simulator;

import org.jspecify.annotations.NullMarked;
