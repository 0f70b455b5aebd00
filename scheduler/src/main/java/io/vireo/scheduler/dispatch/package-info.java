/**
 * Carries node commands from the scheduler's one static topic to the topics of the nodes.
 *
 * <p>A stream task that wrote to per-node topics itself would die when one is missing and freeze
 * when one is deleted, for every VM of its partition. {@link
 * io.vireo.scheduler.dispatch.CommandCopies} copies in order and idempotently; a node without
 * topics, with a full queue or with a topic that takes nothing gives an outcome, which the
 * scheduler retries. {@link io.vireo.scheduler.dispatch.NodeTopics} has the two topics of each
 * known node made and announces them. Both are loops of turns, which wait for nothing; {@link
 * io.vireo.scheduler.dispatch.Dispatcher} gives them clients and threads.
 */
@NullMarked
package io.vireo.scheduler.dispatch;

import org.jspecify.annotations.NullMarked;
