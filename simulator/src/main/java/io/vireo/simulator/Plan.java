package io.vireo.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a life holds, decided from the seed before it begins: which VMIs and owners of VMIs are
 * wanted when, and which faults strike when. So a part of it can be left out and the rest stays,
 * which is how the story of a failure is made short.
 *
 * @param faults in the order of their steps; the index in the full plan names a fault for ever
 */
public record Plan(List<Wish> wishes, List<OwnerWish> owners, List<Fault> faults) {

  public Plan {
    wishes = List.copyOf(wishes);
    owners = List.copyOf(owners);
    faults = List.copyOf(faults);
  }

  /**
   * A VMI that somebody wants.
   *
   * @param atStep when it is applied
   * @param deleteAtStep when it is deleted; 0 for not before the end
   * @param honoursAcpi whether its guest shuts down when asked
   * @param failsToStart whether libvirt cannot start it
   * @param preparesWell whether its disk is one
   * @param graceSeconds how long its guest may take to shut down
   */
  public record Wish(
      int index,
      int atStep,
      int deleteAtStep,
      boolean honoursAcpi,
      boolean failsToStart,
      boolean preparesWell,
      int graceSeconds) {

    /** Name of the VMI. */
    public String name() {
      return "vm" + index;
    }
  }

  /**
   * A fault.
   *
   * @param index in the full plan
   * @param target a number from which the fault picks what it strikes
   * @param lengthMs how long it lasts, where it does
   */
  public record Fault(int index, int atStep, FaultKind kind, int target, long lengthMs) {}

  /** The plan of a seed. */
  public static Plan of(long seed, SimulationOptions options) {
    // Neighbours must not be each other's sequence moved by one, as those of the generator are.
    SplittableRandom random = new SplittableRandom(new SplittableRandom(~seed).nextLong());
    List<Wish> wishes = new ArrayList<>();
    for (int i = 0; i < options.vmis(); i++) {
      int at = 30 + random.nextInt(Math.max(1, options.steps() / 2));
      boolean goes = random.nextInt(3) > 0;
      int deleteAt = goes ? at + 1 + random.nextInt(options.steps()) : 0;
      wishes.add(
          new Wish(
              i,
              at,
              deleteAt,
              random.nextInt(5) > 0,
              random.nextInt(12) == 0,
              random.nextInt(16) > 0,
              1 + random.nextInt(10)));
    }
    List<FaultKind> kinds = List.copyOf(options.faults());
    List<Fault> faults = new ArrayList<>();
    int count = kinds.isEmpty() ? 0 : 4 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      int at = 60 + random.nextInt(Math.max(1, options.steps() - 60));
      FaultKind kind = kinds.get(random.nextInt(kinds.size()));
      long length = 500L + random.nextInt(20_000);
      faults.add(new Fault(i, at, kind, random.nextInt(1 << 20), length));
      if (random.nextInt(3) == 0 && i + 1 < count) {
        // A pair: the second strikes while the first is at work.
        i++;
        FaultKind second = kinds.get(random.nextInt(kinds.size()));
        int soon = at + random.nextInt(40);
        faults.add(new Fault(i, soon, second, random.nextInt(1 << 20), length));
      }
    }
    faults.sort(Comparator.comparingInt(Fault::atStep).thenComparingInt(Fault::index));
    return new Plan(wishes, OwnerWish.of(seed, options), faults);
  }

  /** The same with these faults only. */
  public Plan withFaults(Set<Integer> indexes) {
    return new Plan(
        wishes, owners, faults.stream().filter(fault -> indexes.contains(fault.index())).toList());
  }

  /** The same with these VMIs only. */
  public Plan withWishes(Set<Integer> indexes) {
    return new Plan(
        wishes.stream().filter(wish -> indexes.contains(wish.index())).toList(), owners, faults);
  }

  /** The same with these owners of VMIs only. */
  public Plan withOwners(Set<Integer> indexes) {
    return new Plan(
        wishes, owners.stream().filter(wish -> indexes.contains(wish.index())).toList(), faults);
  }

  /** Kinds of its faults. */
  public Set<FaultKind> kinds() {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    faults.forEach(fault -> kinds.add(fault.kind()));
    return kinds;
  }
}
