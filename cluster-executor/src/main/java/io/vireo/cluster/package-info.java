/**
 * The cluster-executor: commands of the scheduler become writes to Kubernetes, and each has one
 * end.
 *
 * <p>{@link io.vireo.cluster.ClusterExecutor} puts it together without clients and threads, which
 * {@link io.vireo.cluster.ClusterExecutorMain} adds: {@link io.vireo.cluster.kafka} reads commands
 * and writes outcomes, {@link io.vireo.cluster.core} decides what to ask and what an answer means,
 * {@link io.vireo.cluster.kubernetes} asks.
 *
 * <p>Deliberately absent: decisions about virtual machines, and memory of what was done.
 */
@NullMarked
package io.vireo.cluster;

import org.jspecify.annotations.NullMarked;
