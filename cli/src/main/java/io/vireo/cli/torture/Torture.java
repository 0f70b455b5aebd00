package io.vireo.cli.torture;

import io.vireo.dev.stack.StackClient;
import io.vireo.dev.stack.StackOptions;
import io.vireo.dev.stack.StateDir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** A campaign: one stack, many faults one after another, in an order that a seed gives. */
public final class Torture {

  /**
   * What to do.
   *
   * @param repeats how often each
   * @param only these names; empty for all
   * @param seed gives the order, the moments and how long a pause lasts
   * @param max no fault begins after this time; empty for no limit
   * @param pauseMaxSeconds how long a part may be paused, 5 to 60
   */
  public record Options(
      int repeats, Set<String> only, long seed, Optional<Duration> max, int pauseMaxSeconds) {

    /** Copies the set. */
    public Options {
      only = Set.copyOf(only);
    }

    /** Whether every fault is to strike. */
    public boolean isFull() {
      return only.isEmpty() && max.isEmpty();
    }
  }

  /** The longest pause. */
  public static final int PAUSE_MAX_SECONDS = 60;

  private static final int NODES = 2;
  private static final int BOOT_IDS_EVERY = 8;
  // A stack that is broken tells nothing new.
  private static final int BROKEN_MAX = 6;
  private static final Duration STOP_MAX = Duration.ofMinutes(3);

  private final StateDir state;
  private final Options options;
  private final Consumer<String> progress;

  /**
   * A campaign on a stack of its own.
   *
   * @param state a folder where no stack is
   * @param progress takes lines for people
   */
  public Torture(StateDir state, Options options, Consumer<String> progress) {
    this.state = state;
    this.options = options;
    this.progress = progress;
  }

  /** Names of all faults: the failpoints, then the plain ones. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    Failpoints.ALL.forEach(point -> names.add(point.name()));
    PlainFaults.all(PAUSE_MAX_SECONDS).forEach(fault -> names.add(fault.name()));
    return names;
  }

  /** Starts the stack, lets all happen, and stops and removes it again; its logs go too. */
  public TortureReport run() throws Exception {
    return onStack(state, progress, this::torture);
  }

  /** Work on a stack. */
  @FunctionalInterface
  interface Work<T> {
    T on(Stage stage) throws Exception;
  }

  static <T> T onStack(StateDir state, Consumer<String> progress, Work<T> work) throws Exception {
    if (Files.exists(state.root().resolve("lock"))) {
      throw new IOException(
          "Expected no stack in " + state.root() + "; remove it, or name another");
    }
    Path failpoints = state.root().resolve("failpoints");
    StackOptions wanted =
        new StackOptions(
            state.root(), NODES, Stage.SCHEDULERS.size(), true, Optional.of(failpoints));
    state.create();
    StackClient stack = new StackClient(state);
    try (SmallDisks disks =
        SmallDisks.mount(
            state.root().resolve("disks"), Stage.wantedDisks(state, wanted.nodeNames()))) {
      try {
        StackClient.start(wanted, line -> progress.accept("stack: " + line));
        try (Stage stage = Stage.open(stack, state, disks, failpoints)) {
          return work.on(stage);
        }
      } finally {
        stack.stop(STOP_MAX);
      }
    }
  }

  private TortureReport torture(Stage stage) throws Exception {
    long started = System.nanoTime();
    progress.accept("seed " + options.seed() + "; booting one steady guest a node");
    stage.bootGuests();
    stage
        .guests()
        .forEach(
            guest ->
                progress.accept(
                    guest.life().name() + ": " + guest.qemu() + ", boot id " + guest.bootId()));
    List<StepResult> results = new ArrayList<>();
    int broken = 0;
    for (int round = 0; round < options.repeats(); round++) {
      List<String> plan = plan(round);
      for (int i = 0; i < plan.size() && broken < BROKEN_MAX && hasTime(started); i++) {
        StepResult result = step(stage, plan.get(i), round, (i + 1) % BOOT_IDS_EVERY == 0);
        results.add(result);
        broken += result.violations().isEmpty() ? 0 : 1;
        say(result, results.size(), plan.size() * options.repeats());
      }
    }
    List<String> atEnd = new ArrayList<>();
    for (SteadyGuest guest : stage.guests()) {
      try {
        guest.checkProcess();
        guest.checkBootId();
      } catch (Broken e) {
        atEnd.add(e.getMessage());
      }
    }
    return new TortureReport(
        options.seed(),
        options.repeats(),
        options.isFull(),
        seconds(started),
        stage.audit().size(),
        results,
        atEnd);
  }

  private boolean hasTime(long started) {
    return options.max().isEmpty() || System.nanoTime() - started < options.max().get().toNanos();
  }

  private List<String> plan(int round) {
    List<String> plan = new ArrayList<>(names());
    if (!options.only().isEmpty()) {
      plan.retainAll(options.only());
    }
    Collections.shuffle(plan, new Random(options.seed() + round));
    return plan;
  }

  private StepResult step(Stage stage, String name, int round, boolean withBootIds)
      throws Exception {
    // Of the name too, so that a fault does the same whether it is alone or not.
    Step step = new Step(stage, new Random(31 * (options.seed() + round) + name.hashCode()));
    Optional<Failpoints.Point> point = Failpoints.of(name);
    if (point.isPresent()) {
      return step.failpoint(point.get(), withBootIds);
    }
    PlainFault fault =
        PlainFaults.all(options.pauseMaxSeconds()).stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow();
    return step.plain(fault, withBootIds);
  }

  private void say(StepResult result, int number, int all) {
    String how = result.isGood() ? "ok" : result.violations().isEmpty() ? "not hit" : "BROKEN";
    progress.accept(
        String.format(
            Locale.ROOT,
            "%3d/%d %-32s %-8s %5.1f s  %s",
            number,
            all,
            result.name(),
            how,
            result.seconds(),
            result.part()));
    result.violations().forEach(violation -> progress.accept("        " + violation));
  }

  private static double seconds(long started) {
    return Duration.ofNanos(System.nanoTime() - started).toMillis() / 1000.0;
  }
}
