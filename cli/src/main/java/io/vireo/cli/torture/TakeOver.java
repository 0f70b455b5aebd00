package io.vireo.cli.torture;

import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.stack.StateDir;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How soon one of two schedulers goes on for the other, as a reader of the record sees it: from the
 * kill until a decision that was made after it is visible, committed, in every partition that the
 * dead one owned. Meanwhile VMIs of every partition change all the time, so that it dies in the
 * middle of transactions.
 */
public final class TakeOver {

  /**
   * What to do.
   *
   * @param kills how often the other one goes on
   * @param restarts how often one is started again at once: so often after a kill, and so often
   *     after a clean end
   * @param loadSeconds how long the processors are kept busy, to see whether somebody is taken for
   *     dead who is not; 0 for not at all
   */
  public record Options(int kills, int restarts, int loadSeconds) {}

  private static final Duration CALM = Duration.ofSeconds(2);
  private static final Duration AGAIN_MAX = Duration.ofMinutes(2);
  private static final Duration END_MAX = Duration.ofSeconds(30);
  private static final int BUSY_THREADS = 4;

  private final StateDir state;
  private final Options options;
  private final Consumer<String> progress;

  /** A measurement on a stack of its own, in a folder where no stack is. */
  public TakeOver(StateDir state, Options options, Consumer<String> progress) {
    this.state = state;
    this.options = options;
    this.progress = progress;
  }

  /** Starts the stack, measures, and stops it again. */
  public TakeOverReport run() throws Exception {
    return Torture.onStack(state, progress, this::measure);
  }

  /** How the dead one comes back. */
  private enum Return {
    /** After the other has gone on. */
    LATER,
    /** At once. */
    AT_ONCE,
    /** At once, after an orderly end. */
    CLEAN
  }

  private TakeOverReport measure(Stage stage) throws Exception {
    try (Decisions decisions = Decisions.read(stage.stack());
        SchedulerGroup group = new SchedulerGroup(stage.stack());
        ChangingVmis vmis = new ChangingVmis(stage.client(), decisions.partitions())) {
      Stage.SCHEDULERS.forEach(stage.watchdog()::leave);
      vmis.start(decisions);
      progress.accept("VMIs of all " + decisions.partitions() + " partitions change");
      int rebalances = options.loadSeconds() == 0 ? -1 : underLoad(group, decisions);
      List<Double> takenOver = new ArrayList<>();
      List<Double> partitions = new ArrayList<>();
      for (int i = 0; i < options.kills(); i++) {
        List<Double> each = trial(stage, decisions, group, Return.LATER);
        partitions.addAll(each);
        takenOver.add(say("take-over", i, options.kills(), each));
      }
      List<Double> killed = new ArrayList<>();
      List<Double> clean = new ArrayList<>();
      for (int i = 0; i < options.restarts(); i++) {
        killed.add(
            say(
                "killed and restarted",
                i,
                options.restarts(),
                trial(stage, decisions, group, Return.AT_ONCE)));
        clean.add(
            say(
                "ended and restarted",
                i,
                options.restarts(),
                trial(stage, decisions, group, Return.CLEAN)));
      }
      return new TakeOverReport(
          takenOver, partitions, killed, clean, rebalances, options.loadSeconds());
    }
  }

  private double say(String what, int number, int all, List<Double> seconds) {
    double slowest = seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    progress.accept(
        "%s %d/%d: %.2f s until the last of %d partitions was decided again"
            .formatted(what, number + 1, all, slowest, seconds.size()));
    return slowest;
  }

  /** Seconds for each partition that the one that ended owned. */
  private List<Double> trial(Stage stage, Decisions decisions, SchedulerGroup group, Return comes)
      throws Exception {
    group.awaitBoth(decisions.partitions(), AGAIN_MAX);
    decisions.awaitAll(decisions.all(), System.currentTimeMillis(), AGAIN_MAX);
    Thread.sleep(CALM);
    int number = group.busiest();
    String victim = Stage.SCHEDULERS.get(number);
    Set<Integer> owned = group.partitionsOf(number);
    long endedAt = System.currentTimeMillis();
    if (comes == Return.CLEAN) {
      ManagedProcess process =
          ManagedProcess.adopt(stage.stack().howStarted(victim))
              .orElseThrow(() -> new IOException("Expected " + victim + " to run"));
      process.stop(END_MAX);
    } else {
      stage.stack().kill(victim);
    }
    // What it decided before its end may be seen only now, and counts for nothing.
    long dead = System.currentTimeMillis();
    if (comes != Return.LATER) {
      ManagedProcess.start(stage.stack().howStarted(victim));
    }
    List<Double> seconds =
        decisions.awaitAll(owned, dead, AGAIN_MAX).stream()
            .map(seenAt -> (seenAt - endedAt) / 1000.0)
            .toList();
    if (comes == Return.LATER) {
      stage.stack().startComponent(victim);
    }
    return seconds;
  }

  /** Rebalances of the group while the processors have more to do than they can. */
  private int underLoad(SchedulerGroup group, Decisions decisions) throws Exception {
    group.awaitBoth(decisions.partitions(), AGAIN_MAX);
    decisions.awaitAll(decisions.all(), System.currentTimeMillis(), AGAIN_MAX);
    double before = group.rebalances();
    long until = System.nanoTime() + Duration.ofSeconds(options.loadSeconds()).toNanos();
    List<Thread> busy = new ArrayList<>();
    for (int i = 0; i < BUSY_THREADS; i++) {
      busy.add(Thread.ofPlatform().daemon().name("busy-" + i).start(() -> burn(until)));
    }
    for (Thread thread : busy) {
      thread.join();
    }
    int rebalances = (int) (group.rebalances() - before);
    progress.accept(
        "%d rebalances in %d s with %d busy threads"
            .formatted(rebalances, options.loadSeconds(), BUSY_THREADS));
    return rebalances;
  }

  private static void burn(long until) {
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }
}
