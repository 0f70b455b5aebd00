package io.vireo.cluster.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** The way to a {@link ModelApiServer}: it delays, loses and repeats nothing; time is its own. */
final class ModelNetwork {

  private static final long TIMEOUT_MS = 1_000;

  private record Event(long atMs, long number, Runnable action) {}

  final ModelApiServer server = new ModelApiServer();
  final List<Throwable> faults = new ArrayList<>();
  private final RandomGenerator random;
  private final int lossPercent;
  private final boolean late;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::number));
  private long nowMs = 1_700_000_000_000L;
  private long number;

  /**
   * A network.
   *
   * @param lossPercent how many requests of a hundred go wrong in some way
   * @param late whether a request without answer may have its effect much later
   */
  ModelNetwork(RandomGenerator random, int lossPercent, boolean late) {
    this.random = random;
    this.lossPercent = lossPercent;
    this.late = late;
  }

  /** Begins a command; its end comes while events happen. */
  CompletableFuture<Ending> begin(Command command, boolean again) {
    return new CommandRun(
            request -> send(request, command),
            this::pause,
            () -> Instant.ofEpochMilli(nowMs),
            faults::add)
        .run(command, again, () -> false);
  }

  /** Lets happen what is on its way until nothing is. */
  void settle() {
    for (Event next = events.poll(); next != null; next = events.poll()) {
      nowMs = Math.max(nowMs, next.atMs());
      next.action().run();
    }
  }

  void in(long millis, Runnable action) {
    events.add(new Event(nowMs + millis, number++, action));
  }

  private CompletableFuture<?> pause(long millis) {
    CompletableFuture<Void> pause = new CompletableFuture<>();
    in(millis, () -> pause.complete(null));
    return pause;
  }

  private CompletableFuture<ApiAnswer> send(ApiRequest request, Command command) {
    CompletableFuture<ApiAnswer> reply = new CompletableFuture<>();
    long there = random.nextLong(100);
    long back = there + random.nextLong(100);
    int fate = random.nextInt(100) < lossPercent ? random.nextInt(6) : -1;
    ApiAnswer none = ApiAnswer.none("lost");
    switch (fate) {
      case 0 -> in(TIMEOUT_MS, () -> reply.complete(none));
      case 1 -> {
        in(late ? random.nextLong(30_000) : there, () -> server.apply(request, command));
        in(TIMEOUT_MS, () -> reply.complete(none));
      }
      case 2 -> {
        in(there, () -> server.apply(request, command));
        in(back, () -> reply.complete(new ApiAnswer(500, Map.of("message", "after the effect"))));
      }
      case 3 -> in(back, () -> reply.complete(new ApiAnswer(503, Map.of())));
      case 4 ->
          in(back, () -> reply.complete(new ApiAnswer(429, Map.of(), random.nextLong(2_000))));
      case 5 ->
          in(back, () -> reply.complete(new ApiAnswer(404, Map.of("message", "no such page"))));
      default ->
          in(
              there,
              () -> {
                ApiAnswer answer = server.apply(request, command);
                in(back - there, () -> reply.complete(answer));
              });
    }
    return reply;
  }
}
