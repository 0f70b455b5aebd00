/**
 * The scheduler: {@link io.vireo.scheduler.SchedulerMain} reads the settings, builds the Kafka
 * Streams topology around the pure core and runs the dispatcher beside it.
 */
@NullMarked
package io.vireo.scheduler;

import org.jspecify.annotations.NullMarked;
