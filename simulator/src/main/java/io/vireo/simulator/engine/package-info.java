/**
 * Time, chance and processes of a simulated life.
 *
 * <p>{@link io.vireo.simulator.engine.Engine} runs events in the order of their time on one thread;
 * equal times keep the order in which they were asked for. Every random number comes from the seed.
 * {@link io.vireo.simulator.engine.SimProcess} is what can be killed and paused: what it asked for
 * happens only while it lives, and waits while it is paused. {@link
 * io.vireo.simulator.engine.Network} says who reaches whom.
 *
 * <p>Deliberately absent: threads, the system's clock, and anything about virtual machines.
 */
@NullMarked
package io.vireo.simulator.engine;

import org.jspecify.annotations.NullMarked;
