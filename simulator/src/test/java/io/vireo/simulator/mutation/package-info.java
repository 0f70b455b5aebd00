/**
 * Whether the checkers see what they are for: production code with a defect put in must fail.
 *
 * <p>{@link io.vireo.simulator.mutation.Mutant} lists the defects; {@link
 * io.vireo.simulator.mutation.MutatedClasses} loads the production code once more, with the bodies
 * of a defect's methods replaced; {@link io.vireo.simulator.mutation.Probe} lives lives in there.
 */
@NullMarked
package io.vireo.simulator.mutation;

import org.jspecify.annotations.NullMarked;
