package io.vireo.simulator.kafka;

import org.jspecify.annotations.Nullable;

/**
 * A consumer group with one owner of all partitions: the newest member that has had its session's
 * time, or that the one before left to it.
 */
final class SimGroup {

  @Nullable SimConsumer owner;
  @Nullable SimConsumer candidate;
  long candidateFromMs;
}
