package io.vireo.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What holds for every life of an owner; a failure names the seed that its life is made of. */
class OwnerPropertiesTest {

  private static final int TRIES = 600;
  private static final List<String> STRATEGIES =
      List.of("Always", "RerunOnFailure", "Manual", "Once", "Halted");

  private static OwnerWorld life(boolean isVm, Random random) {
    OwnerWorld world =
        isVm
            ? OwnerWorld.vm(STRATEGIES.get(random.nextInt(STRATEGIES.size())))
            : OwnerWorld.set(random.nextInt(5));
    world.duplicateOutcomes = random.nextBoolean();
    world.failing = random.nextInt(4) == 0 ? random.nextInt(3) : 0;
    for (int i = random.nextInt(6); i > 0; i--) {
      int[] steps = {random.nextInt(80)};
      world.settle(random, () -> steps[0]-- <= 0);
      happen(world, isVm, random);
    }
    world.vmis.values().forEach(vmi -> vmi.stuck = false);
    world.settle(random, () -> false);
    return world;
  }

  private static void happen(OwnerWorld world, boolean isVm, Random random) {
    List<OwnerWorld.Vmi> vmis = List.copyOf(world.vmis.values());
    OwnerWorld.Vmi some = vmis.isEmpty() ? null : vmis.get(random.nextInt(vmis.size()));
    switch (random.nextInt(9)) {
      case 0 -> {
        if (world.owner != null && world.owner.deletedAtMs == null) {
          world.apply(
              isVm
                  ? OwnerWorld.vmSpec(
                      STRATEGIES.get(random.nextInt(STRATEGIES.size())),
                      random.nextBoolean() ? "64Mi" : "128Mi")
                  : OwnerWorld.setSpec(random.nextInt(6), random.nextInt(4) == 0));
        }
      }
      case 1, 2 -> {
        if (isVm && world.owner != null) {
          if (some == null) {
            world.request(OwnerWorld.start());
          } else if (random.nextBoolean()) {
            world.request(OwnerWorld.stop(some.uid));
          } else {
            world.request(OwnerWorld.stop(some.uid), OwnerWorld.start());
          }
        }
      }
      case 3 -> {
        if (some != null && some.ran) {
          world.guestEnds(some, random.nextBoolean() ? "Failed" : "Succeeded");
        }
      }
      case 4 -> {
        if (some != null) {
          world.deleteVmi(some);
        }
      }
      case 5 -> world.answers.add(random.nextBoolean() ? Result.UNKNOWN : Result.FAILED);
      case 6 -> {
        if (random.nextInt(3) == 0) {
          world.delete(random.nextInt(3) == 0);
        }
      }
      case 7 -> {
        if (some != null) {
          some.stuck = true;
        }
      }
      default -> {
        if (random.nextInt(3) == 0) {
          world.loseMemory();
        }
      }
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNeverAskForAnotherVmiWhileOneHasNotEnded(@ForAll long seed) {
    assertThat(life(true, new Random(seed)).problems).isEmpty();
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNeverRunMoreThanOneAboveWhatIsWanted(@ForAll long seed) {
    assertThat(life(false, new Random(seed)).problems).isEmpty();
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldReachTheGoalOfASet(@ForAll long seed) {
    OwnerWorld world = life(false, new Random(seed));
    if (world.owner == null || world.owner.deletedAtMs != null) {
      return;
    }
    Map<String, Object> spec = world.owner.spec;
    if (Boolean.FALSE.equals(spec.get("paused"))) {
      assertThat(world.alive()).hasSize(((Number) spec.get("replicas")).intValue());
      assertThat(world.vmis).hasSameSizeAs(world.alive());
    }
    assertThat(((Number) world.owner.status.get("replicas")).intValue())
        .isEqualTo(world.alive().size());
    rests(world);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldReachTheGoalOfAVirtualMachine(@ForAll long seed) {
    OwnerWorld world = life(true, new Random(seed));
    if (world.owner == null) {
      assertThat(world.state).isNull();
      assertThat(world.vmis.values()).noneMatch(vmi -> vmi.owned);
      return;
    }
    assertThat(world.openRequests()).as("requests that stand").isZero();
    switch (String.valueOf(world.owner.spec.get("runStrategy"))) {
      case "Always" -> assertThat(world.alive()).hasSize(1);
      case "Halted" -> assertThat(world.vmis).isEmpty();
      case "RerunOnFailure" ->
          assertThat(world.vmis.values()).noneMatch(vmi -> vmi.phase.equals("Failed"));
      default -> assertThat(world.vmis).hasSizeLessThanOrEqualTo(1);
    }
    assertThat(world.owner.status.get("created")).isEqualTo(!world.vmis.isEmpty());
    rests(world);
  }

  private static void rests(OwnerWorld world) {
    assertThat(world.state.progress().pending()).isEmpty();
    assertThat(world.wakeUp).as("nothing is waited for").isEmpty();
    List<OwnerInput> again =
        List.of(
            new OwnerInput.OwnerSeen(world.ref, world.state.observed().desired(), 1),
            new OwnerInput.BarrierPassed(),
            new OwnerInput.TimerFired());
    for (OwnerInput input : again) {
      OwnerDecision decision =
          world.decider.decide(world.state, input, world, world.nowMs + 3_600_000);
      assertThat(decision.commands()).as("after %s", input).isEmpty();
    }
    assertThat(
            world.events.stream()
                .filter(e -> e.type().startsWith("Command") && !e.type().equals("CommandIssued"))
                .map(OwnerDecision.Event::commandId))
        .doesNotHaveDuplicates();
  }
}
