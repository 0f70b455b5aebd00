/**
 * Vireo's parts, wired onto the simulated world: each makes the production classes that its {@code
 * Main} makes, gives them their turns, and is started anew when it ends, as a kubelet does.
 *
 * <p>Deliberately absent: any rule. What a part does is decided by the production classes alone; an
 * ArchUnit test says so.
 */
@NullMarked
package io.vireo.simulator.parts;

import org.jspecify.annotations.NullMarked;
