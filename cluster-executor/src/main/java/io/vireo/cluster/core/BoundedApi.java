package io.vireo.cluster.core;

import io.vireo.cluster.core.ApiRequest.Urgency;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many requests be under way at a time; others wait without a thread. Of those that wait
 * the most urgent goes first, and of equally urgent ones the oldest: under a burst, what was begun
 * comes to its end before more is begun. Now and then it is the oldest of all, so that none waits
 * for ever. What waits is bounded by the lanes, each of which asks for one thing at a time.
 * Thread-safe.
 */
public final class BoundedApi implements Api {

  /** Every such turn is the oldest's. */
  static final int OLDEST_EVERY = 8;

  private record Waiting(long number, ApiRequest request, CompletableFuture<ApiAnswer> answer) {}

  private final Api api;
  private final int max;
  private final Map<Urgency, Deque<Waiting>> queues = new EnumMap<>(Urgency.class);
  private long number;
  private long turns;
  private int underWay;
  private boolean starting;

  /** At most {@code max} requests to this one. */
  public BoundedApi(Api api, int max) {
    this.api = api;
    this.max = max;
    for (Urgency urgency : Urgency.values()) {
      queues.put(urgency, new ArrayDeque<>());
    }
  }

  @Override
  public CompletableFuture<ApiAnswer> send(ApiRequest request) {
    Waiting waiting;
    synchronized (this) {
      waiting = new Waiting(number++, request, new CompletableFuture<>());
      queue(request.effect().urgency()).add(waiting);
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
        next = underWay < max ? next() : null;
        if (next == null) {
          starting = false;
          return;
        }
        underWay++;
      }
      start(next);
    }
  }

  private Deque<Waiting> queue(Urgency urgency) {
    return Objects.requireNonNull(queues.get(urgency));
  }

  private @Nullable Waiting next() {
    Stream<Deque<Waiting>> waiting = queues.values().stream().filter(each -> !each.isEmpty());
    boolean isTheOldests = ++turns % OLDEST_EVERY == 0;
    return (isTheOldests
            ? waiting.min(Comparator.comparing(each -> each.getFirst().number()))
            : waiting.findFirst())
        .map(Deque::poll)
        .orElse(null);
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
