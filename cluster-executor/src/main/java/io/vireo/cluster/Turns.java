package io.vireo.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The one thread that takes turns until it is told to stop or cannot go on. */
final class Turns implements AutoCloseable {

  /** While commands are under way, so that their ends are committed soon. */
  private static final Duration BUSY_POLL = Duration.ofMillis(50);

  /** While nothing is: a record ends the wait in any case. */
  private static final Duration IDLE_POLL = Duration.ofMillis(500);

  private static final Duration STOP_MAX = Duration.ofSeconds(15);

  private final ClusterExecutor executor;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean stopping;

  private Turns(ClusterExecutor executor) {
    this.executor = executor;
    this.thread = Thread.ofPlatform().name("command-inbox").unstarted(this::run);
  }

  /** Takes turns from now on and closes the executor at the end. */
  static Turns start(ClusterExecutor executor) {
    Turns turns = new Turns(executor);
    turns.thread.start();
    return turns;
  }

  private void run() {
    try (executor) {
      while (!stopping) {
        executor.turn(executor.open() == 0 ? IDLE_POLL : BUSY_POLL);
      }
    } catch (RuntimeException | Error e) {
      if (!stopping) {
        failure.complete(e);
      }
    }
  }

  /** Completes when it ended by a failure. */
  CompletableFuture<Throwable> failure() {
    return failure;
  }

  /** Whether turns are being taken. */
  Optional<String> problem() {
    return thread.isAlive() ? executor.problem() : Optional.of("reading commands has ended");
  }

  /** Waits for the last turn and for the executor to close. Idempotent. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(STOP_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
