/**
 * A real Kafka broker (KRaft, one node) in this JVM, durable under the stack's state folder.
 *
 * <p>{@link io.vireo.dev.kafka.KafkaBroker} formats its folder once, starts and stops; {@link
 * io.vireo.dev.kafka.KafkaMain} runs it in a process of its own. It listens on loopback without
 * authentication: for a developer's machine, never for production. Deliberately absent: topics,
 * which {@code io.vireo.schemas} describes and the stack creates.
 */
@NullMarked
package io.vireo.dev.kafka;

import org.jspecify.annotations.NullMarked;
