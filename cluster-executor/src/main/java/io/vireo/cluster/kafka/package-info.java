/**
 * Commands in, outcomes out.
 *
 * <p>{@link io.vireo.cluster.kafka.CommandInbox} reads commands as a member of the consumer group
 * {@code vireo.cluster-executor} and commits only what is finished: its outcome is acknowledged by
 * {@link io.vireo.cluster.kafka.OutcomeOutbox}. {@link io.vireo.cluster.kafka.Task} is a command
 * with its place; {@link io.vireo.cluster.kafka.Reading} tells it from what is a dead letter.
 * Deliberately absent: what commands mean.
 */
@NullMarked
package io.vireo.cluster.kafka;

import org.jspecify.annotations.NullMarked;
