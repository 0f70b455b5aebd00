/**
 * The Kafka Streams shell around {@link io.vireo.scheduler.core}: decodes records into inputs,
 * keeps states in a store, turns decisions into records. One task per partition; state, commands
 * and events of one input commit together or not at all.
 */
@NullMarked
package io.vireo.scheduler.topology;

import org.jspecify.annotations.NullMarked;
