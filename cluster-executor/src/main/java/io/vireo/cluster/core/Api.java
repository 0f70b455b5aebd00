package io.vireo.cluster.core;

import java.util.concurrent.CompletableFuture;

/** The API server. Thread-safe. */
@FunctionalInterface
public interface Api {

  /**
   * Sends a request and returns at once. The future never completes exceptionally: no answer is
   * {@link ApiAnswer#none}. What depends on it runs on the thread that completes it.
   */
  CompletableFuture<ApiAnswer> send(ApiRequest request);
}
