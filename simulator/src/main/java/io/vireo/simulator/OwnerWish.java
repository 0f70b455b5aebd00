package io.vireo.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A VirtualMachine or ReplicaSet that somebody wants, and what its user does with it.
 *
 * @param atStep when it is applied
 * @param deleteAtStep when it is deleted; 0 for not before the end
 * @param orphans whether it is deleted alone, so that its VMIs stay
 * @param again whether it is applied once more after it is gone
 * @param strategy run strategy of a VirtualMachine
 * @param replicas of a ReplicaSet
 * @param acts in the order of their steps
 */
public record OwnerWish(
    int index,
    Kind kind,
    int atStep,
    int deleteAtStep,
    boolean orphans,
    boolean again,
    String strategy,
    int replicas,
    Habits habits,
    List<Act> acts) {

  /** What it is. */
  public enum Kind {
    VM,
    REPLICA_SET
  }

  /** How its guests are. */
  public record Habits(boolean honoursAcpi, boolean failsToStart, int graceSeconds) {}

  /** What a user does at a step. */
  public record Act(int atStep, What what, int target) {}

  /** What a user may do. */
  public enum What {
    START,
    STOP,
    RESTART,
    EDIT,
    STRATEGY,
    SCALE,
    PAUSE
  }

  /** Run strategies that a user may want. */
  static final List<String> STRATEGIES =
      List.of("Always", "RerunOnFailure", "Manual", "Halted", "Once");

  private static final List<What> OF_A_VM =
      List.of(
          What.START,
          What.START,
          What.STOP,
          What.STOP,
          What.RESTART,
          What.RESTART,
          What.EDIT,
          What.STRATEGY);
  private static final List<What> OF_A_SET =
      List.of(What.SCALE, What.SCALE, What.SCALE, What.EDIT, What.PAUSE);
  private static final int REPLICAS_MAX = 3;

  public OwnerWish {
    acts = List.copyOf(acts);
  }

  /** Name of the object. */
  public String name() {
    return (kind == Kind.VM ? "own" : "set") + index;
  }

  /** Those of a seed; chosen apart from all else, which stays what it was without them. */
  static List<OwnerWish> of(long seed, SimulationOptions options) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(~seed).split().nextLong());
    List<OwnerWish> wishes = new ArrayList<>();
    for (int i = 0; i < options.owners(); i++) {
      Kind kind = random.nextInt(4) == 0 ? Kind.REPLICA_SET : Kind.VM;
      int at = 30 + random.nextInt(Math.max(1, options.steps() / 2));
      boolean goes = random.nextInt(2) == 0;
      int deleteAt = goes ? at + 1 + random.nextInt(options.steps()) : 0;
      wishes.add(
          new OwnerWish(
              i,
              kind,
              at,
              deleteAt,
              random.nextInt(3) == 0,
              random.nextBoolean(),
              STRATEGIES.get(random.nextInt(STRATEGIES.size())),
              1 + random.nextInt(REPLICAS_MAX),
              new Habits(random.nextInt(5) > 0, random.nextInt(12) == 0, 1 + random.nextInt(10)),
              acts(random, kind, at, options.steps())));
    }
    return wishes;
  }

  private static List<Act> acts(SplittableRandom random, Kind kind, int from, int steps) {
    List<What> all = kind == Kind.VM ? OF_A_VM : OF_A_SET;
    List<Act> acts = new ArrayList<>();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      int at = from + 1 + random.nextInt(Math.max(1, steps - from));
      acts.add(new Act(at, all.get(random.nextInt(all.size())), random.nextInt(1 << 20)));
    }
    acts.sort(Comparator.comparingInt(Act::atStep));
    return acts;
  }

  int wantedReplicas(int target) {
    return target % (REPLICAS_MAX + 1);
  }
}
