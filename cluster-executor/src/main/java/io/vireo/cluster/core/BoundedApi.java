package io.vireo.cluster.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * Lets so many requests be under way at a time; others wait in the order they came, without a
 * thread. What waits is bounded by the lanes, each of which asks for one thing at a time.
 * Thread-safe.
 */
public final class BoundedApi implements Api {

  private record Waiting(ApiRequest request, CompletableFuture<ApiAnswer> answer) {}

  private final Api api;
  private final int max;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private int underWay;
  private boolean starting;

  /** At most {@code max} requests to this one. */
  public BoundedApi(Api api, int max) {
    this.api = api;
    this.max = max;
  }

  @Override
  public CompletableFuture<ApiAnswer> send(ApiRequest request) {
    Waiting waiting = new Waiting(request, new CompletableFuture<>());
    synchronized (this) {
      queue.add(waiting);
    }
    startWaiting();
    return waiting.answer();
  }

  private void startWaiting() {
    synchronized (this) {
      if (starting) {
        // Whoever starts them looks again before it ends; so answers at once do not recurse.
        return;
      }
      starting = true;
    }
    while (true) {
      Waiting next;
      synchronized (this) {
        next = underWay < max ? queue.poll() : null;
        if (next == null) {
          starting = false;
          return;
        }
        underWay++;
      }
      start(next);
    }
  }

  private void start(Waiting next) {
    CompletableFuture<ApiAnswer> reply;
    try {
      reply = api.send(next.request());
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    var unused =
        reply.whenComplete(
            (answer, problem) -> {
              synchronized (this) {
                underWay--;
              }
              // Before the answer is given on: what follows from it may take its time.
              startWaiting();
              next.answer()
                  .complete(
                      problem == null
                          ? answer
                          : ApiAnswer.none(
                              "The request failed with " + problem.getClass().getSimpleName()));
            });
  }
}
