/** Commands in, reports out, and the position between them. */
@NullMarked
package io.vireo.node.kafka;

import org.jspecify.annotations.NullMarked;
