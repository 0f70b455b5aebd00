/**
 * Kafka as its clients see it: logs with offsets that outlive processes, producers whose records
 * arrive in order, once and late, consumers, groups, and brokers that go away.
 *
 * <p>{@link io.vireo.simulator.kafka.SimBroker} holds the logs; {@link
 * io.vireo.simulator.kafka.SimProducer} and {@link io.vireo.simulator.kafka.SimConsumer} stand
 * behind Kafka's own interfaces, which the production loops are given. A method of those interfaces
 * that no loop uses so far throws, so that nothing is pretended.
 *
 * <p>Deliberately absent: transactions of a producer; {@code SchedulerPart} commits a task's
 * outputs, state and positions in one step, as exactly-once processing does.
 */
@NullMarked
package io.vireo.simulator.kafka;

import org.jspecify.annotations.NullMarked;
