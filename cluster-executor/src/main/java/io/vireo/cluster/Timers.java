package io.vireo.cluster;

import io.vireo.cluster.core.Pauses;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Pauses by the machine's timer. Thread-safe. */
final class Timers implements Pauses, AutoCloseable {

  private final Executor plans;
  private volatile boolean closed;

  /** What depends on a pause runs there. */
  Timers(Executor plans) {
    this.plans = plans;
  }

  @Override
  public CompletableFuture<?> after(long millis) {
    CompletableFuture<Void> pause = new CompletableFuture<>();
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, plans)
        .execute(
            () -> {
              if (!closed) {
                pause.complete(null);
              }
            });
    return pause;
  }

  /** Ends no pause any more, so that nothing goes on after the clients are closed. */
  @Override
  public void close() {
    closed = true;
  }
}
