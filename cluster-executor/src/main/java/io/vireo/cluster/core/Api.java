package io.vireo.cluster.core;

/** The API server. Thread-safe. */
@FunctionalInterface
public interface Api {

  /** Sends a request and waits for its answer; no answer is {@link ApiAnswer#none}. */
  ApiAnswer send(ApiRequest request) throws InterruptedException;
}
