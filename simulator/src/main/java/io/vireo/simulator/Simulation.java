package io.vireo.simulator;

import io.vireo.simulator.check.OwnersSettled;
import io.vireo.simulator.check.Settled;
import io.vireo.simulator.check.Violation;
import io.vireo.simulator.engine.Engine;
import io.vireo.simulator.parts.Part;
import io.vireo.simulator.parts.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * One life from its seed: wishes and faults come at their steps; then the faults stop, and what is
 * must become what is wanted; then everything is deleted, and nothing may be left.
 */
public final class Simulation {

  private static final long START_MS = 1_700_000_000_000L;

  /** Within this time after the last fault, observed equals desired. */
  private static final long CONVERGES_MS = 30_000;

  /** The same where reports were lost: nodes tell all that they hold every five minutes. */
  private static final long CONVERGES_AGAIN_MS = 330_000;

  /** Longer than any record, write or watch event is on its way, and than a status is behind. */
  private static final long LOOK_AGAIN_MS = 2_000;

  /** The longest grace period, and what comes after it. */
  private static final long CLEANED_MS = 60_000;

  /** Far more events than any world that settles has in its longest time. */
  private static final long SETTLE_EVENTS_MAX = 3_000_000;

  /** A life that does not come to its steps has nothing to do any more. */
  private static final long FAULTS_MAX_MS = 1_200_000;

  private final long seed;
  private final Plan plan;
  private final SimulationOptions options;
  private final World world;
  private final Cast cast;
  private final Faults faults;
  private final Digest digest = new Digest();

  private Simulation(long seed, Plan plan, SimulationOptions options) {
    this.seed = seed;
    this.plan = plan;
    this.options = options;
    this.world = World.of(seed, START_MS);
    this.cast = new Cast(world, options);
    this.faults = new Faults(cast);
    world.broker().observe(digest);
    world.server().observe(digest::changed);
  }

  /** Lives the life of a seed by its own plan. */
  public static Life run(long seed, SimulationOptions options) {
    return run(seed, Plan.of(seed, options), options);
  }

  /** Lives the life of a seed by a part of its plan. */
  public static Life run(long seed, Plan plan, SimulationOptions options) {
    Simulation simulation = new Simulation(seed, plan, options);
    try {
      return simulation.live();
    } finally {
      simulation.cast.schedulers.close();
    }
  }

  /** Something of the plan that comes at a step. */
  private record Due(int atStep, Runnable what) {}

  private Life live() {
    Engine engine = world.engine();
    cast.begin();
    Deque<Due> dues = dues();
    long until = engine.nowMs() + FAULTS_MAX_MS;
    long steps = 0;
    while (steps < options.steps() && engine.nowMs() < until && isWhole()) {
      while (!dues.isEmpty() && dues.peek().atStep() <= steps) {
        dues.poll().what().run();
      }
      if (!engine.step()) {
        break;
      }
      steps++;
    }
    dues.forEach(due -> due.what().run());
    faults.heal();
    if (isWhole()) {
      settle();
    }
    return result();
  }

  private Deque<Due> dues() {
    List<Due> all = new ArrayList<>();
    for (Plan.Wish wish : plan.wishes()) {
      all.add(new Due(wish.atStep(), () -> cast.apply(wish)));
      if (wish.deleteAtStep() > 0 && wish.deleteAtStep() < options.steps()) {
        all.add(new Due(wish.deleteAtStep(), () -> cast.delete(wish.name())));
      }
    }
    for (OwnerWish wish : plan.owners()) {
      all.add(new Due(wish.atStep(), () -> cast.users.apply(wish)));
      wish.acts().forEach(act -> all.add(new Due(act.atStep(), () -> cast.users.act(wish, act))));
      if (wish.deleteAtStep() > 0 && wish.deleteAtStep() < options.steps()) {
        all.add(new Due(wish.deleteAtStep(), () -> cast.users.delete(wish)));
      }
    }
    for (Plan.Fault fault : plan.faults()) {
      all.add(new Due(fault.atStep(), () -> faults.strike(fault)));
    }
    all.sort(Comparator.comparingInt(Due::atStep));
    return new ArrayDeque<>(all);
  }

  private boolean isWhole() {
    return cast.truth.violations().isEmpty();
  }

  private void settle() {
    Engine engine = world.engine();
    boolean reportsWereLost =
        plan.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.KAFKA_TRUNCATION);
    if (!comesToRest(reportsWereLost ? CONVERGES_AGAIN_MS : CONVERGES_MS)) {
      return;
    }
    lastingViolations().forEach(cast.truth::violate);
    cast.record.check(false, engine.nowMs());
    cast.ownerRecord.check(false, engine.nowMs());
    if (!isWhole()) {
      return;
    }
    cast.wantNothing();
    if (!comesToRest(CLEANED_MS)) {
      return;
    }
    new Settled(world.server(), cast.truth, engine.nowMs(), cast.truth::violate)
        .nothingIsLeft(world.broker(), World.PARTITIONS);
    cast.record.check(true, engine.nowMs());
    cast.ownerRecord.check(true, engine.nowMs());
    cast.schedulers.replay((int) (seed % World.PARTITIONS));
    for (String mismatch : cast.schedulers.mismatches()) {
      cast.truth.violate(new Violation("G8", "", mismatch, engine.nowMs()));
    }
  }

  /**
   * There is no instant at which nothing is on its way: an owner whose guests never start makes
   * another all the time. What is wrong is still wrong a moment later.
   */
  private List<Violation> lastingViolations() {
    List<Violation> first = violationsNow();
    if (first.isEmpty() || !comesToRest(LOOK_AGAIN_MS)) {
      return List.of();
    }
    return violationsNow().stream()
        .filter(now -> first.stream().anyMatch(now::isOfTheSame))
        .toList();
  }

  private List<Violation> violationsNow() {
    List<Violation> found = new ArrayList<>();
    long nowMs = world.engine().nowMs();
    Settled settled = new Settled(world.server(), cast.truth, nowMs, found::add);
    settled.converged();
    boolean memoryWasLost =
        plan.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.KAFKA_DISK_LOST);
    new OwnersSettled(world.server(), nowMs, cast.users::neverStart, memoryWasLost, found::add)
        .converged();
    settled.nodesAreLabelled(world.broker());
    return found;
  }

  private boolean comesToRest(long withinMs) {
    Engine engine = world.engine();
    boolean rests = engine.runUntil(engine.nowMs() + withinMs, SETTLE_EVENTS_MAX);
    if (!rests) {
      String what = "still busy after " + SETTLE_EVENTS_MAX + " events without a fault";
      cast.truth.violate(new Violation("G4", "", what, engine.nowMs()));
    }
    return rests;
  }

  private Life result() {
    List<Violation> violations = List.copyOf(cast.truth.violations());
    int breakdowns = cast.parts().stream().mapToInt(Part::failures).sum();
    return new Life(
        seed,
        plan,
        world.engine().steps(),
        world.engine().nowMs() - START_MS,
        violations,
        cast.coverage,
        digest.value(),
        violations.isEmpty() ? List.of() : new Story(cast, plan).of(violations.getFirst()),
        breakdowns);
  }
}
