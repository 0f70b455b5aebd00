/**
 * A real Kafka broker (KRaft, one node) in this JVM, durable under the stack's state folder. It
 * listens on loopback, knows its clients by SCRAM and lets each do what {@code
 * io.vireo.schemas.KafkaAccess} says and nothing else.
 *
 * <p>{@link io.vireo.dev.kafka.KafkaBroker} formats its folder once, starts and stops; {@link
 * io.vireo.dev.kafka.KafkaProvisioning} makes its topics, users and rights; {@link
 * io.vireo.dev.kafka.KafkaMain} does both, in a process of its own or within another. {@link
 * io.vireo.dev.kafka.KafkaUsers} keeps the passwords, {@link io.vireo.dev.kafka.KafkaClientFiles}
 * writes settings for foreign tools. Deliberately absent: the topics of each node, which the
 * scheduler's dispatcher makes.
 */
@NullMarked
package io.vireo.dev.kafka;

import org.jspecify.annotations.NullMarked;
