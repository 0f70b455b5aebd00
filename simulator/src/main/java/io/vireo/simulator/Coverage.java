package io.vireo.simulator;

import io.vireo.simulator.kubernetes.SimApiServer.Change;
import io.vireo.simulator.kubernetes.Tree;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which fault was at work while which step of a VMI's life was taken, and how often; and which
 * faults were at work at the same time.
 */
public final class Coverage {

  /** Steps of a life that every fault should have met. */
  public static final List<String> STEPS =
      List.of(
          "created",
          "Pending",
          "Scheduling",
          "Scheduled",
          "Running",
          "Unknown",
          "Succeeded",
          "Failed",
          "deletion asked",
          "gone");

  private final Map<FaultKind, Map<String, Integer>> met = new EnumMap<>(FaultKind.class);
  private final Map<FaultKind, Set<FaultKind>> together = new EnumMap<>(FaultKind.class);
  private final Map<FaultKind, Integer> injected = new EnumMap<>(FaultKind.class);
  private final Map<FaultKind, Long> activeUntilMs = new EnumMap<>(FaultKind.class);
  private final Map<String, String> phases = new HashMap<>();
  private final Map<String, Boolean> deleting = new HashMap<>();

  void injected(FaultKind kind, long nowMs, long untilMs) {
    injected.merge(kind, 1, Integer::sum);
    activeUntilMs.forEach(
        (other, until) -> {
          if (other != kind && nowMs <= until) {
            atOnce(kind, other);
          }
        });
    activeUntilMs.merge(kind, untilMs, Math::max);
  }

  void changed(Change change, long nowMs) {
    String uid = String.valueOf(Tree.text(change.object(), "metadata", "uid"));
    if (change.type().equals("ADDED")) {
      step("created", nowMs);
    }
    String phase = Tree.text(change.object(), "status", "phase");
    if (phase != null && !phase.equals(phases.put(uid, phase))) {
      step(phase, nowMs);
    }
    boolean isDeleting = Tree.at(change.object(), "metadata", "deletionTimestamp") != null;
    if (isDeleting && deleting.put(uid, true) == null) {
      step("deletion asked", nowMs);
    }
    if (change.type().equals("DELETED")) {
      step("gone", nowMs);
    }
  }

  /** In the order of the kinds, so that a pair is one. */
  private void atOnce(FaultKind one, FaultKind other) {
    FaultKind first = one.compareTo(other) < 0 ? one : other;
    FaultKind second = first == one ? other : one;
    together.computeIfAbsent(first, each -> EnumSet.noneOf(FaultKind.class)).add(second);
  }

  private void step(String name, long nowMs) {
    activeUntilMs.forEach(
        (kind, until) -> {
          if (nowMs <= until) {
            met.computeIfAbsent(kind, each -> new TreeMap<>()).merge(name, 1, Integer::sum);
          }
        });
  }

  /** Adds what another life met. */
  public void add(Coverage other) {
    other.injected.forEach((kind, count) -> injected.merge(kind, count, Integer::sum));
    other.together.forEach((first, all) -> all.forEach(second -> atOnce(first, second)));
    other.met.forEach(
        (kind, steps) ->
            steps.forEach(
                (step, count) ->
                    met.computeIfAbsent(kind, each -> new TreeMap<>())
                        .merge(step, count, Integer::sum)));
  }

  /** Pairs of faults that were at work at the same time. */
  public int pairsAtOnce() {
    return together.values().stream().mapToInt(Set::size).sum();
  }

  /** Pairs of the faults that struck at all which never were at work at the same time. */
  public List<String> neverAtOnce() {
    List<String> pairs = new ArrayList<>();
    for (FaultKind first : injected.keySet()) {
      for (FaultKind second : injected.keySet()) {
        if (first.compareTo(second) < 0
            && !together.getOrDefault(first, Set.of()).contains(second)) {
          pairs.add(first.wireName() + " + " + second.wireName());
        }
      }
    }
    return pairs;
  }

  /** How often a kind struck. */
  public int injected(FaultKind kind) {
    return injected.getOrDefault(kind, 0);
  }

  /** How often a kind was at work while a step was taken. */
  public int met(FaultKind kind, String step) {
    return met.getOrDefault(kind, Map.of()).getOrDefault(step, 0);
  }

  /** A kind of fault, and a step of a VMI's life. */
  public record Pair(FaultKind kind, String step) {
    @Override
    public String toString() {
      return kind.wireName() + " x " + step;
    }
  }

  /** Faults and steps that never met, of the faults that struck at all. */
  public List<Pair> neverMet() {
    List<Pair> pairs = new ArrayList<>();
    for (FaultKind kind : injected.keySet()) {
      for (String step : STEPS) {
        if (met(kind, step) == 0) {
          pairs.add(new Pair(kind, step));
        }
      }
    }
    return pairs;
  }
}
