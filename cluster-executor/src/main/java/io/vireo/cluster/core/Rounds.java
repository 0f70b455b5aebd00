package io.vireo.cluster.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something done again and again, each round after the future of the one before has completed. */
final class Rounds {

  private Rounds() {}

  /**
   * Goes round until a round returns null. Holds no thread while a future is open, and does not
   * recurse however many futures are complete already: the stack would be as deep as a lane is
   * long.
   */
  static void go(Supplier<? extends @Nullable CompletableFuture<?>> round) {
    while (true) {
      CompletableFuture<?> open = round.get();
      if (open == null) {
        return;
      }
      // This loop and the completion both come here; whoever comes second goes on.
      AtomicBoolean met = new AtomicBoolean();
      var unused =
          open.whenComplete(
              (done, problem) -> {
                if (!met.compareAndSet(false, true)) {
                  go(round);
                }
              });
      if (met.compareAndSet(false, true)) {
        return;
      }
    }
  }
}
