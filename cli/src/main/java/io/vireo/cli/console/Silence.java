package io.vireo.cli.console;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Knows for how long a guest has been silent. Thread-safe. */
public final class Silence {

  /** A guest that says nothing for so long has said what it had to say. */
  static final Duration QUIET = Duration.ofSeconds(1);

  /** A guest that never falls silent is not listened to for ever. */
  static final Duration MAX = Duration.ofSeconds(30);

  private final LongSupplier nanoTime;
  private volatile long heardAt;

  /** Begins to listen. */
  public Silence(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heardAt = nanoTime.getAsLong();
  }

  /** The guest said something. */
  public void heard() {
    heardAt = nanoTime.getAsLong();
  }

  /** Waits, from now on, until the guest is silent or its console has ended. */
  public void await(CompletableFuture<?> end) throws InterruptedException {
    long began = nanoTime.getAsLong();
    long left = left(began, began, heardAt);
    while (left > 0 && !end.isDone()) {
      try {
        end.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        // Looked at below, or ended.
      }
      left = left(nanoTime.getAsLong(), began, heardAt);
    }
  }

  /** How long is to be waited still. */
  static long left(long now, long began, long heardAt) {
    long last = heardAt - began > 0 ? heardAt : began;
    return Math.min(QUIET.toNanos() - (now - last), MAX.toNanos() - (now - began));
  }
}
