package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Any interleaving of the topics that keeps each topic's order ends in the same state, also where
 * each input comes twice. The seeds are fixed, and a failure names its own.
 */
class ConvergenceTest {

  private static final int INTERLEAVINGS = 600;

  /** What happens to the VMI; {@code at} is a step of the world. */
  enum Life {
    RUNS,
    POWERS_OFF,
    POWERS_OFF_AT_ONCE,
    CRASHES,
    IS_DELETED_WHILE_RUNNING,
    IS_DELETED_ANY_TIME,
    LOSES_LAUNCHERS,
    CANNOT_START,
    NODE_IS_LOST_AND_BACK,
    NODE_IS_FENCED,
    MEMORY_IS_LOST
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

  @Test
  void shouldTakeRepeatedOutcomesOnce() {
    LongStream.range(0, INTERLEAVINGS)
        .forEach(
            seed -> {
              World world = new World();
              world.duplicateOutcomes = true;
              world.apply(World.SPEC);
              world.settle(new Random(seed), () -> false);
              long ends =
                  world.events.stream()
                      .filter(
                          e -> e.type().startsWith("Command") && !e.type().equals("CommandIssued"))
                      .count();
              assertThat(ends).as("seed %d", seed).isEqualTo(world.issued.size());
            });
  }

  private static Map<String, Object> end(Life life, Random random, boolean twice) {
    World world = new World();
    world.duplicateInputs = twice;
    if (life == Life.LOSES_LAUNCHERS) {
      world.launcherFails = pod -> pod.epoch < 3 && pod.started ? "Evicted" : null;
    }
    world.apply(World.SPEC);
    if (life == Life.IS_DELETED_ANY_TIME) {
      int[] left = {random == null ? 10 : random.nextInt(70)};
      world.settle(random, () -> left[0]-- <= 0);
    } else if (life == Life.POWERS_OFF_AT_ONCE) {
      world.settle(random, world::anythingRuns);
    } else if (life == Life.CANNOT_START) {
      world.libvirtRefuses = true;
    } else {
      world.settle(random, () -> false);
      assertThat(world.phase()).isEqualTo("Running");
    }
    switch (life) {
      case RUNS, LOSES_LAUNCHERS, CANNOT_START -> {}
      case POWERS_OFF, POWERS_OFF_AT_ONCE -> world.domainEnds("shutdown");
      case CRASHES -> world.domainEnds("crashed");
      case IS_DELETED_WHILE_RUNNING, IS_DELETED_ANY_TIME -> world.delete();
      case NODE_IS_LOST_AND_BACK -> {
        world.standing("Suspect");
        world.standing("Lost");
        world.seen();
        world.standing("Back");
      }
      case NODE_IS_FENCED -> {
        world.deadNodes.add(World.NODE);
        world.standing("Lost");
        world.podsSeen();
        world.standing("Fenced");
      }
      case MEMORY_IS_LOST -> world.loseMemory();
    }
    world.settle(random, () -> false);
    assertThat(world.domainsCreated()).isLessThanOrEqualTo(1);
    Map<String, Object> view = view(world);
    if (life == Life.CANNOT_START) {
      // Whether it was handed over to its node before the failure was known is a matter of time.
      view.remove("labels");
      view.remove("status");
    }
    if (life == Life.LOSES_LAUNCHERS) {
      // Whether a launcher that was lost had been given its Start is one too.
      view.remove("pending");
    }
    return view;
  }

  /** The state without clocks and counters, and what is left in the world. */
  private static Map<String, Object> view(World world) {
    Map<String, Object> view = new TreeMap<>();
    view.put("pods", List.copyOf(world.pods.keySet()));
    view.put("runs", world.anythingRuns());
    if (world.vmi != null) {
      Map<String, Object> status = new HashMap<>(world.vmi.status);
      status.remove("phaseTransitionTimestamps");
      status.remove("conditions");
      view.put("status", status);
      view.put("annotations", world.vmi.annotations);
      view.put("labels", world.vmi.labels);
      view.put("finalizers", world.vmi.finalizers);
    }
    VmiState state = world.state;
    if (state == null) {
      view.put("state", "forgotten");
      return view;
    }
    view.put("epoch", state.epoch().number());
    view.put("open", state.epoch().closed() == null);
    view.put("ran", state.epoch().ran());
    view.put("phase", state.shown().phase());
    view.put("problem", String.valueOf(state.shown().problem()));
    Map<String, String> conditions = new TreeMap<>();
    state
        .shown()
        .conditions()
        .forEach((type, c) -> conditions.put(type, c.status() + " " + c.reason()));
    view.put("conditions", conditions);
    view.put("pending", state.progress().pending().size());
    VmiState.Written written = state.shown().written();
    view.put("storedPhase", written == null ? "not written" : written.phase());
    return view;
  }
}
