package io.vireo.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Any interleaving of the topics that keeps each topic's order ends in the same state. The seeds
 * are fixed, and a failure names its own.
 */
class OwnerConvergenceTest {

  private static final int INTERLEAVINGS = 300;

  /** What happens to the owner. */
  enum Life {
    ALWAYS_RUNS("Always"),
    ALWAYS_IS_RESTARTED_BY_REQUEST("Always"),
    ALWAYS_IS_HALTED("Always"),
    ALWAYS_FAILS_TWICE_TO_START("Always"),
    ALWAYS_CRASHES("Always"),
    ALWAYS_IS_DELETED("Always"),
    ALWAYS_IS_ORPHANED("Always"),
    ALWAYS_LOSES_MEMORY("Always"),
    MANUAL_WAITS("Manual"),
    MANUAL_IS_STARTED_AND_STOPPED("Manual"),
    RERUN_IS_DONE("RerunOnFailure"),
    RERUN_CRASHES("RerunOnFailure"),
    ONCE_CRASHES("Once"),
    ONCE_IS_DELETED_BY_HAND("Once"),
    SET_RUNS(""),
    SET_SCALES_DOWN(""),
    SET_SCALES_UP_WHILE_ONE_DIES("");

    private final String strategy;

    Life(String strategy) {
      this.strategy = strategy;
    }
  }

  @ParameterizedTest
  @EnumSource(Life.class)
  void shouldEndInTheSameStateWhateverComesFirst(Life life) {
    Map<String, Object> expected = end(life, null, false);
    LongStream.range(0, INTERLEAVINGS)
        .forEach(
            seed ->
                assertThat(end(life, new Random(seed), seed % 2 == 1))
                    .as("life %s, seed %d", life, seed)
                    .isEqualTo(expected));
  }

  private static Map<String, Object> end(Life life, Random random, boolean twice) {
    OwnerWorld world = life.strategy.isEmpty() ? OwnerWorld.set(3) : OwnerWorld.vm(life.strategy);
    world.duplicateOutcomes = twice;
    if (life == Life.ALWAYS_FAILS_TWICE_TO_START) {
      world.failing = 2;
    }
    int some = random == null ? 15 : random.nextInt(40);
    int[] left = {some};
    switch (life) {
      case ALWAYS_RUNS, ALWAYS_FAILS_TWICE_TO_START, MANUAL_WAITS, SET_RUNS -> {}
      case ALWAYS_IS_RESTARTED_BY_REQUEST -> {
        world.settle(random, () -> false);
        world.request(OwnerWorld.stop(world.only().uid), OwnerWorld.start());
      }
      case ALWAYS_IS_HALTED -> {
        world.settle(random, () -> left[0]-- <= 0);
        world.apply(OwnerWorld.vmSpec("Halted", "64Mi"));
      }
      case ALWAYS_CRASHES, RERUN_CRASHES, ONCE_CRASHES -> {
        world.settle(random, () -> false);
        world.guestEnds(world.only(), "Failed");
      }
      case RERUN_IS_DONE -> {
        world.settle(random, () -> false);
        world.guestEnds(world.only(), "Succeeded");
      }
      case ONCE_IS_DELETED_BY_HAND -> {
        world.settle(random, () -> false);
        world.deleteVmi(world.only());
      }
      case ALWAYS_IS_DELETED -> {
        world.settle(random, () -> left[0]-- <= 0);
        world.delete(false);
      }
      case ALWAYS_IS_ORPHANED -> {
        world.settle(random, () -> false);
        world.delete(true);
      }
      case ALWAYS_LOSES_MEMORY -> {
        world.settle(random, () -> false);
        world.loseMemory();
      }
      case MANUAL_IS_STARTED_AND_STOPPED -> {
        world.settle(random, () -> false);
        world.request(OwnerWorld.start());
        world.settle(random, () -> !world.vmis.isEmpty() && world.openRequests() == 0);
        world.request(OwnerWorld.stop(world.only().uid));
      }
      case SET_SCALES_DOWN -> {
        world.settle(random, () -> left[0]-- <= 0);
        world.apply(OwnerWorld.setSpec(1, false));
      }
      case SET_SCALES_UP_WHILE_ONE_DIES -> {
        world.settle(random, () -> false);
        world.guestEnds(world.only(), "Failed");
        world.apply(OwnerWorld.setSpec(5, false));
      }
    }
    world.settle(random, () -> false);
    assertThat(world.problems).isEmpty();
    return view(world, life);
  }

  /** The state without clocks and counters, and what is left in the world. */
  private static Map<String, Object> view(OwnerWorld world, Life life) {
    Map<String, Object> view = new TreeMap<>();
    List<String> vmis =
        world.vmis.values().stream()
            .map(vmi -> vmi.phase + " " + vmi.owned + " " + vmi.deleting)
            .sorted()
            .toList();
    view.put("vmis", vmis);
    boolean manyLives = life == Life.ALWAYS_IS_HALTED || life == Life.ALWAYS_IS_DELETED;
    if (!manyLives && !life.name().startsWith("SET_SCALES")) {
      view.put("made", world.allMade.size());
    }
    if (world.owner != null) {
      Map<String, Object> status = new TreeMap<>(world.owner.status);
      status.remove("conditions");
      status.remove("startFailure");
      view.put("status", status);
      view.put("finalizers", world.owner.finalizers);
    }
    if (world.state == null) {
      view.put("state", "forgotten");
      return view;
    }
    view.put("pending", world.state.progress().pending().size());
    view.put("making", world.state.making().size());
    view.put("attempts", world.state.progress().attempts().keySet());
    return view;
  }
}
