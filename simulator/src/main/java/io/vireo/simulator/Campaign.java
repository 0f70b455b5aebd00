package io.vireo.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Many lives, each on one thread, two at a time. */
public final class Campaign {

  private final long from;
  private final long to;
  private final SimulationOptions options;
  private final int threads;

  /**
   * The lives of these seeds, both included.
   *
   * @param threads lives at a time
   */
  public Campaign(long from, long to, SimulationOptions options, int threads) {
    this.from = from;
    this.to = to;
    this.options = options;
    this.threads = threads;
  }

  /**
   * How they went.
   *
   * @param failing lives in which a guarantee did not hold, by seed
   */
  public record Result(
      long lives,
      long steps,
      long simulatedMs,
      long breakdowns,
      Coverage coverage,
      List<Life> failing) {

    public Result {
      failing = List.copyOf(failing);
    }
  }

  /**
   * Lives them all.
   *
   * @param lived told of each life as it ends, on any thread
   */
  public Result run(Consumer<Life> lived) throws InterruptedException {
    AtomicLong next = new AtomicLong(from);
    ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();
    Sum sum = new Sum();
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(
          Thread.ofPlatform()
              .name("life-" + i)
              .start(
                  () -> {
                    try {
                      for (long seed = next.getAndIncrement();
                          seed <= to && broken.isEmpty();
                          seed = next.getAndIncrement()) {
                        Life life = Simulation.run(seed, options);
                        sum.add(life);
                        lived.accept(life);
                      }
                    } catch (RuntimeException | Error e) {
                      broken.add(e);
                    }
                  }));
    }
    for (Thread worker : workers) {
      worker.join();
    }
    if (!broken.isEmpty()) {
      throw new IllegalStateException("Expected the simulator to work", broken.peek());
    }
    return sum.result();
  }

  private static final class Sum {
    private long lives;
    private long steps;
    private long simulatedMs;
    private long breakdowns;
    private final Coverage coverage = new Coverage();
    private final List<Life> failing = new ArrayList<>();

    synchronized void add(Life life) {
      lives++;
      steps += life.steps();
      simulatedMs += life.simulatedMs();
      breakdowns += life.breakdowns();
      coverage.add(life.coverage());
      if (!life.isGood()) {
        failing.add(life);
      }
    }

    synchronized Result result() {
      failing.sort(java.util.Comparator.comparingLong(Life::seed));
      return new Result(lives, steps, simulatedMs, breakdowns, coverage, failing);
    }
  }
}
