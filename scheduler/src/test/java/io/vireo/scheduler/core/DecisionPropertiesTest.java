package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What holds for every life of a VMI; a failure names the seed that its life is made of. */
class DecisionPropertiesTest {

  private static final int TRIES = 800;

  private World life(long seed, Random random) {
    World world = new World();
    world.duplicateInputs = random.nextBoolean();
    world.duplicateOutcomes = random.nextBoolean();
    world.libvirtRefuses = random.nextInt(8) == 0;
    int failing = random.nextInt(4);
    world.launcherFails = pod -> pod.epoch < failing && pod.started ? "Evicted" : null;
    world.apply(World.SPEC);
    for (int i = random.nextInt(4); i > 0; i--) {
      int[] steps = {random.nextInt(60)};
      world.settle(random, () -> steps[0]-- <= 0);
      happen(world, random);
    }
    world.settle(random, () -> false);
    assertThat(world.running()).as("seed %d", seed).hasSizeLessThanOrEqualTo(1);
    return world;
  }

  private static void happen(World world, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> world.delete();
      case 1 -> world.domainEnds("shutdown");
      case 2 -> world.domainEnds("crashed");
      case 3 -> {
        world.standing("Lost");
        world.standing("Back");
      }
      case 4 -> world.podsSeen();
      default -> {
        if (world.vmi != null) {
          world.loseMemory();
        }
      }
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldReachTheGoalAndRest(@ForAll long seed) {
    World world = life(seed, new Random(seed));

    if (world.vmi == null) {
      assertThat(world.nothingIsLeft()).isTrue();
      return;
    }
    assertThat(world.phase()).isIn("Running", "Succeeded", "Failed");
    assertThat(world.wakeUp).isEqualTo(expiry(world.state));
    assertThat(world.state.progress().pending().values())
        .allSatisfy(
            p -> {
              assertThat(p.type()).isEqualTo("StartDomain");
              assertThat(p.epoch() < world.state.epoch().number() || world.state.epoch().isClosed())
                  .isTrue();
            });
  }

  /**
   * A node holds a Start for a launcher that never comes, and ends it with the next command of the
   * VMI: until then only its expiry is waited for.
   */
  private static OptionalLong expiry(VmiState state) {
    return state.progress().pending().values().stream()
        .mapToLong(p -> p.issuedAtMs() + Decider.COMMAND_RETENTION.toMillis())
        .min();
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldDecideNothingAtTheGoal(@ForAll long seed) {
    World world = life(seed, new Random(seed));
    if (world.state == null) {
      return;
    }
    VmiState atGoal = world.state;
    VmiState.Observed seen = atGoal.observed();
    List<Input> again =
        List.of(
            new Input.VmiSeen(World.REF, seen.desired(), seen.vmiIncarnation()),
            new Input.PodsSeen(seen.pods(), seen.podIncarnation()),
            new Input.DomainsSeen(seen.domains(), seen.domainIncarnation()),
            new Input.NodeChanged(World.NODE, "Eligible", null),
            new Input.BarrierPassed(),
            new Input.TimerFired());
    for (Input input : again) {
      Decision decision = world.decider.decide(atGoal, input, world, world.nowMs + 60_000);
      assertThat(decision.commands()).as("after %s", input).isEmpty();
      assertThat(decision.wakeUpAtMs()).as("after %s", input).isEqualTo(expiry(atGoal));
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldLeaveOneGuestAfterAnyFence(@ForAll long seed) {
    Random random = new Random(seed);
    World world = new World();
    world.standing(World.OTHER_NODE, "Eligible");
    world.apply(World.SPEC);
    int[] steps = {random.nextInt(80)};
    world.settle(random, () -> steps[0]-- <= 0);
    world.deadNodes.add(World.NODE);
    world.bindTo = World.OTHER_NODE;
    world.standing("Fenced");
    int[] more = {random.nextInt(80)};
    world.settle(random, () -> more[0]-- <= 0);
    world.deadNodes.clear();
    world.standing("Back");
    world.settle(random, () -> false);

    assertThat(world.phase()).isIn("Running", "Failed");
    assertThat(world.running()).hasSize(world.phase().equals("Running") ? 1 : 0);
    world.delete();
    world.settle(random, () -> false);
    assertThat(world.nothingIsLeft()).isTrue();
    assertThat(
            world.events.stream()
                .filter(e -> e.type().startsWith("Command") && !e.type().equals("CommandIssued"))
                .map(Decision.Event::commandId))
        .containsExactlyInAnyOrderElementsOf(
            world.issued.stream().map(Decision.Issued::commandId).toList());
  }
}
