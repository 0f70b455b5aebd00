/**
 * Carries node commands from the scheduler's one static topic to the topics of the nodes.
 *
 * <p>A stream task that wrote to per-node topics itself would die when one is missing and freeze
 * when one is deleted, for every VM of its partition. {@link
 * io.vireo.scheduler.dispatch.Dispatcher} copies in order and idempotently; a node without topics
 * or with a full queue gives a refused outcome, which the scheduler retries. {@code NodeTopics}
 * makes the two topics of each known node and announces them.
 */
@NullMarked
package io.vireo.scheduler.dispatch;

import org.jspecify.annotations.NullMarked;
