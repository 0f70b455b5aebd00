/** What outlives the executor: one file per VM, written before each effect. */
@NullMarked
package io.vireo.node.roster;

import org.jspecify.annotations.NullMarked;
