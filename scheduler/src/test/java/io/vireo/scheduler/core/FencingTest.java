package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.spec.LauncherPod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that are vouched for as dead, and what they say when they are heard again. */
class FencingTest {

  private final World world = new World();

  private void fence() {
    world.deadNodes.add(World.NODE);
    world.standing("Lost");
    world.settle();
    world.standing(World.OTHER_NODE, "Eligible");
    world.bindTo = World.OTHER_NODE;
    world.standing("Fenced");
    world.settle();
  }

  private void comesBack() {
    world.deadNodes.remove(World.NODE);
    world.standing("Back");
    world.settle();
  }

  @Test
  void shouldSayWhoVouchedForTheEnd() {
    world.apply(World.SPEC);
    world.settle();
    fence();

    assertThat(world.phase()).isEqualTo("Failed");
    assertThat(world.vmi.status).containsEntry("reason", "NodeFenced");
    assertThat(world.condition("Synchronized").orElseThrow())
        .hasEntrySatisfying("message", m -> assertThat(m.toString()).contains("node-a", "alice"));
    assertThat(world.events)
        .filteredOn(e -> e.type().equals("EpochClosed"))
        .singleElement()
        .satisfies(e -> assertThat(e.message()).isEqualTo("node node-a is fenced by alice"));
    assertThat(world.events)
        .filteredOn(e -> e.type().equals("NodeObserved") && "Fenced".equals(e.reason()))
        .singleElement()
        .satisfies(e -> assertThat(e.actor()).isEqualTo("alice"));
  }

  @Test
  void shouldGiveAFencedNodeNoCommands() {
    world.apply(World.SPEC);
    world.settle();
    fence();
    int before = world.commands(Command.ToNode.class).size();
    world.delete();
    world.settle();

    assertThat(world.commands(Command.ToNode.class)).hasSize(before);
    assertThat(world.nothingIsLeftOfTheObject()).isTrue();
    assertThat(world.commands(Command.DeleteLauncherPod.class))
        .last()
        .satisfies(c -> assertThat(c.gracePeriodSeconds()).isZero());
  }

  @Test
  void shouldDestroyWhatAFencedNodeStillRan() {
    world.apply(World.SPEC);
    world.settle();
    fence();
    comesBack();

    assertThat(world.anythingRuns()).isFalse();
    assertThat(world.commands(Command.DestroyDomain.class))
        .singleElement()
        .satisfies(c -> assertThat(c.node()).isEqualTo(World.NODE));
  }

  @Test
  void shouldRunElsewhereWhenTheFencedNodeNeverStartedIt() {
    world.launchersDialIn = false;
    world.apply(World.SPEC);
    world.settle();
    world.launchersDialIn = true;
    fence();
    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.vmi.status).containsEntry("nodeName", World.OTHER_NODE);

    // The launcher of the first epoch is deleted, and what it starts late is destroyed.
    comesBack();
    world.report(1, "running", "running", false);
    world.settle();

    assertThat(world.pods).hasSize(1);
    assertThat(world.phase()).isEqualTo("Running");
    assertThat(
            world.issued.stream()
                .filter(i -> i.command() instanceof Command.DestroyDomain)
                .map(i -> i.epoch() + " on " + ((Command.ToNode) i.command()).node()))
        .containsExactly("1 on node-a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldStartNothingBesideALiveDomain(boolean secondFails) {
    world.launchersDialIn = false;
    world.apply(World.SPEC);
    world.settle();
    world.launcherFails = pod -> secondFails && pod.epoch == 2 ? "Evicted" : null;
    world.bindTo = null;
    world.deadNodes.add(World.NODE);
    world.standing("Fenced");
    world.settleUntil(() -> world.commands(Command.CreateLauncherPod.class).size() == 2);

    // It was not dead after all, and its executor is too busy to listen.
    world.standing("Back");
    world.report(1, "running", "running", false);
    world.standing(World.OTHER_NODE, "Eligible");
    world.deliverAll(World.Topic.NODES);
    world.deliverAll(World.Topic.DOMAINS);
    world.bindTo = World.OTHER_NODE;
    world.launchersDialIn = true;
    world.settle();
    assertThat(world.commands(Command.DestroyDomain.class)).hasSize(1);
    assertThat(world.commands(Command.StartDomain.class)).hasSize(1);
    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(2);
    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("reason", "StrayDomain");

    world.deadNodes.clear();
    world.settle();
    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.vmi.status).containsEntry("nodeName", World.OTHER_NODE);
    assertThat(world.condition("Synchronized")).isEmpty();
  }

  @Test
  void shouldTakeAGuestThatRanForOneThatRan() {
    world.launchersDialIn = false;
    world.apply(World.SPEC);
    world.settle();
    world.bindTo = null;
    world.deadNodes.add(World.NODE);
    world.standing("Fenced");
    world.settleUntil(() -> world.state.epoch().closed() != null);
    world.standing("Back");
    world.report(1, "running", "running", false);
    world.settle();

    assertThat(world.commands(Command.CreateLauncherPod.class)).hasSize(1);
    assertThat(world.phase()).isEqualTo("Failed");
  }

  @Test
  void shouldDestroyWhatNobodyWants() {
    world.report(7, "running", "running", false);
    world.settle();

    assertThat(world.issued).singleElement().satisfies(i -> assertThat(i.epoch()).isEqualTo(7));
    assertThat(world.commands(Command.DestroyDomain.class)).hasSize(1);
    assertThat(world.state).isNull();
  }

  @Test
  void shouldDeleteFromAFencedNodeThePodThatNobodyWants() {
    World.Launcher pod = new World.Launcher("virt-launcher-tiny-1", "uid-of-launcher", 1);
    pod.node = World.NODE;
    pod.deletedAtMs = world.nowMs;
    world.pods.put(pod.name, pod);
    world.deadNodes.add(World.NODE);
    world.podsSeen();
    world.settle();
    assertThat(world.issued).as("the kubelet is to confirm its end").isEmpty();

    world.standing("Fenced");
    world.settle();

    assertThat(world.commands(Command.DeleteLauncherPod.class))
        .singleElement()
        .satisfies(c -> assertThat(c.gracePeriodSeconds()).isZero());
    assertThat(world.nothingIsLeft()).isTrue();
  }

  @Test
  void shouldDestroyNothingForWantOfARecord() {
    World unlisted = World.unlisted();
    unlisted.report(7, "running", "running", false);
    unlisted.settle();
    assertThat(unlisted.issued).isEmpty();

    // The list names it: it is wanted, and goes on.
    unlisted.apply(World.SPEC);
    unlisted.barrier("Vmi");
    World.Launcher pod =
        new World.Launcher(
            LauncherPod.name(World.REF.name(), World.REF.uid(), 7), "uid-of-launcher", 7);
    pod.node = World.NODE;
    pod.started = true;
    pod.connected = true;
    unlisted.pods.put(pod.name, pod);
    unlisted.podsSeen();
    unlisted.barrier("Pod");
    unlisted.settle();
    assertThat(unlisted.commands(Command.DestroyDomain.class)).isEmpty();
    assertThat(unlisted.commands(Command.CreateLauncherPod.class)).isEmpty();
    assertThat(unlisted.state.epoch().number()).isEqualTo(7);
  }

  @Test
  void shouldDeleteAPodThatIsMadeAgainLate() {
    world.apply(World.SPEC);
    world.settle();
    world.domainEnds("shutdown");
    world.settle();
    assertThat(world.commands(Command.DeleteLauncherPod.class)).isEmpty();
    String name = world.pods.keySet().iterator().next();

    world.pods.put(name, new World.Launcher(name, "another-uid", 1));
    world.podsSeen();
    world.settleUntil(() -> world.pods.isEmpty());

    assertThat(world.pods).isEmpty();
    assertThat(world.commands(Command.DeleteLauncherPod.class))
        .singleElement()
        .satisfies(c -> assertThat(c.podUid()).isEqualTo("another-uid"));
    assertThat(world.phase()).isEqualTo("Succeeded");
  }

  @Test
  void shouldDeleteAPodThatStaysBehindButNotAtOnce() {
    world.apply(World.SPEC);
    world.settle();
    world.launcherStays = true;
    world.domainEnds("shutdown");
    long ended = world.nowMs;
    world.settleUntil(() -> !world.commands(Command.DeleteLauncherPod.class).isEmpty());

    assertThat(world.nowMs - ended).isBetween(Strays.LINGER_MS, Strays.LINGER_MS + 1_000);
  }
}
