/**
 * The Kafka Streams shell around {@link io.vireo.scheduler.core} and {@link
 * io.vireo.scheduler.owner}: decodes records into inputs, keeps states in stores, turns decisions
 * into records. One task per partition for both loops; state, commands and events of one input
 * commit together or not at all. What one loop tells the other goes by a topic, since a VMI and its
 * owner may be of different partitions.
 */
@NullMarked
package io.vireo.scheduler.topology;

import org.jspecify.annotations.NullMarked;
