package io.vireo.ingest;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A thread that takes one turn after the other until it is closed or a turn fails. */
final class Turning implements AutoCloseable {

  private static final long STALLED_AFTER_MS = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PATIENCE_INTERRUPTED = Duration.ofSeconds(8);

  /** One turn; may wait a while for something to do. */
  @FunctionalInterface
  interface Turn {
    void take() throws InterruptedException;
  }

  private final String what;
  private final InstantSource clock;
  private final Turn turn;
  private final Runnable last;
  private final Thread thread;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private volatile long turnedMs;
  private volatile boolean closing;

  private Turning(String what, InstantSource clock, Turn turn, Runnable last) {
    this.what = what;
    this.clock = clock;
    this.turn = turn;
    this.last = last;
    this.turnedMs = clock.millis();
    this.thread = Thread.ofPlatform().name("ingest-" + what).unstarted(this::run);
  }

  /**
   * Starts the thread.
   *
   * @param last runs on the thread after the last turn, however that ended
   */
  static Turning start(String what, InstantSource clock, Turn turn, Runnable last) {
    Turning turning = new Turning(what, clock, turn, last);
    turning.thread.start();
    return turning;
  }

  private void run() {
    try {
      while (!closing) {
        turn.take();
        turnedMs = clock.millis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closing) {
        failure.complete(e);
      }
    } finally {
      last.run();
    }
  }

  /** Completes when a turn failed. */
  CompletableFuture<Throwable> failure() {
    return failure;
  }

  Optional<String> problem() {
    if (!thread.isAlive()) {
      return Optional.of("the " + what + " has ended");
    }
    long still = clock.millis() - turnedMs;
    return still < STALLED_AFTER_MS
        ? Optional.empty()
        : Optional.of("the " + what + " has not turned for " + still + " ms");
  }

  /** Takes no turn after the present one; does not wait for it. */
  void stop() {
    closing = true;
  }

  /** Stops the thread. Idempotent. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!thread.join(PATIENCE)) {
        // It waits for Kafka, which does not answer, or for a queue that nobody empties any more.
        thread.interrupt();
        thread.join(PATIENCE_INTERRUPTED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
