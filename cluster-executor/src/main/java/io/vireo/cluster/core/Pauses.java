package io.vireo.cluster.core;

import java.util.concurrent.CompletableFuture;

/** How to wait without holding a thread. Thread-safe. */
@FunctionalInterface
public interface Pauses {

  /**
   * Completes after this time, or never once everything is being closed. What depends on it runs on
   * the thread that completes it.
   */
  CompletableFuture<?> after(long millis);
}
