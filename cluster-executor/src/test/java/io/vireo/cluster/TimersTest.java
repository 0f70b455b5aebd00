package io.vireo.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TimersTest {

  private final BlockingQueue<Runnable> due = new LinkedBlockingQueue<>();

  @Test
  void pauseEndsOnTheExecutorAndNeverAfterClosing() throws InterruptedException {
    Timers timers = new Timers(due::add);
    CompletableFuture<?> first = timers.after(1);
    due.take().run();
    assertThat(first).isDone();

    CompletableFuture<?> second = timers.after(1);
    Runnable end = due.take();
    timers.close();
    end.run();
    assertThat(second).isNotDone();
  }
}
