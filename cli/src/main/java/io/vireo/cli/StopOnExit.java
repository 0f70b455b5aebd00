package io.vireo.cli;

import io.vireo.dev.stack.StackClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * While armed, the end of this process (Ctrl-C) ends what it started: first the stack, in order,
 * then every other process below it.
 */
public final class StopOnExit implements AutoCloseable {

  /** Guests get their grace period within this. */
  public static final Duration STOP_MAX = Duration.ofMinutes(6);

  // A supervisor that was started this moment has not got its lock yet.
  private static final Duration BIRTH_MAX = Duration.ofSeconds(3);
  private static final Duration WORK_END_MAX = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Place place;
  private final Steps steps;
  private final Thread worker;
  private final Thread hook;
  private final AtomicBoolean armed = new AtomicBoolean(true);
  private final AtomicBoolean stack = new AtomicBoolean();
  private final CountDownLatch workEnded = new CountDownLatch(1);

  private StopOnExit(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
    this.worker = Thread.currentThread();
    this.hook = new Thread(this::stopAll, "stop-on-exit");
  }

  /** Arms for the work of the calling thread. */
  public static StopOnExit arm(Place place, Steps steps) {
    StopOnExit guard = new StopOnExit(place, steps);
    Runtime.getRuntime().addShutdownHook(guard.hook);
    return guard;
  }

  /** From now on the stack is this process's to stop. */
  public void startsStack() {
    stack.set(true);
  }

  /** Nothing is stopped any more. */
  public void disarm() {
    armed.set(false);
  }

  private void stopAll() {
    if (!armed.get()) {
      return;
    }
    worker.interrupt();
    try {
      if (stack.get()) {
        steps.line("");
        steps.run(
            "stopping the stack",
            () -> {
              boolean ended = workEnded.await(WORK_END_MAX.toSeconds(), TimeUnit.SECONDS);
              stopStack();
              return ended;
            });
      }
    } catch (Exception e) {
      steps.line("vireo: " + Failure.describe(e) + "; its log: " + place.log());
    }
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
  }

  private void stopStack() throws IOException, InterruptedException {
    StackClient client = place.client();
    long deadline = System.nanoTime() + BIRTH_MAX.toNanos();
    while (!client.isRunning()
        && System.nanoTime() < deadline
        && ProcessHandle.current().descendants().findAny().isPresent()) {
      Thread.sleep(LOOK);
    }
    client.stop(STOP_MAX);
  }

  @Override
  public void close() {
    disarm();
    workEnded.countDown();
  }
}
