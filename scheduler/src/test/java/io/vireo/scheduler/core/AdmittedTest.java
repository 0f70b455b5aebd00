package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** VMIs that admission made ready for their first pod: finalizer, epoch and phase are on them. */
class AdmittedTest {

  private final World world = new World();

  private void admit(String spec) {
    world.vmi = new World.Vmi();
    world.vmi.spec = spec;
    world.vmi.finalizers.add(StatusView.FINALIZER);
    world.vmi.annotations.put(StatusView.ANNOTATION_EPOCH, "1");
    world.vmi.status =
        Map.of(
            "phase",
            "Pending",
            "phaseTransitionTimestamps",
            List.of(Map.of("phase", "Pending", "phaseTransitionTimestamp", "2023-11-14T22:13:20Z")),
            "runtimeUser",
            107);
    world.seen();
  }

  @Test
  void shouldWriteNothingBeforeTheFirstPod() {
    admit(World.SPEC);
    world.settleUntil(() -> !world.commands(Command.CreateLauncherPod.class).isEmpty());

    assertThat(world.commands(Command.CreateLauncherPod.class))
        .singleElement()
        .satisfies(create -> assertThat(create.toString()).contains("epoch=1"));
    assertThat(world.issued.getFirst().command()).isInstanceOf(Command.CreateLauncherPod.class);
  }

  @Test
  void shouldRunInTheFirstEpoch() {
    admit(World.SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.vmi.annotations).containsEntry(StatusView.ANNOTATION_EPOCH, "1");
    assertThat(world.pods).hasSize(1);
    assertThat(world.domainsCreated()).isEqualTo(1);
  }

  @Test
  void shouldLetGoOfOneThatIsDeletedAtOnce() {
    admit(World.SPEC);
    world.delete();
    world.settle();

    assertThat(world.vmi).isNull();
    assertThat(world.domainsCreated()).isZero();
  }

  @Test
  void shouldLetGoOfOneThatCannotRun() {
    admit("{\"domain\":{\"devices\":{}}}");
    world.settle();
    world.delete();
    world.settle();

    assertThat(world.vmi).isNull();
  }

  @Test
  void shouldStartNoSecondGuestWhenTheMemoryIsLostBeforeAnythingIsWritten() {
    admit(World.SPEC);
    world.settleUntil(() -> !world.commands(Command.CreateLauncherPod.class).isEmpty());
    world.loseMemory();
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.domainsCreated()).isEqualTo(1);
    assertThat(world.pods).hasSize(1);
  }

  /** The object is seen as admission left it, and the write that told more is on its way. */
  @Test
  void shouldNotGoBackToPendingWhenTheMemoryIsLostAfterThePodWasBound() {
    admit(World.SPEC);
    world.settleUntil(() -> world.pods.values().stream().anyMatch(pod -> pod.node != null));
    world.vmi.status = Map.of("phase", "Pending");
    int before = world.commands(Command.WriteStatus.class).size();
    world.loseMemory();
    world.settle();

    List<Command.WriteStatus> writes = world.commands(Command.WriteStatus.class);
    assertThat(writes.subList(before, writes.size()))
        .isNotEmpty()
        .noneSatisfy(
            write ->
                assertThat(write.statusJson())
                    .contains("\"phase\":\"Pending\",\"phaseTransitionTimestamps\""));
    assertThat(world.phase()).isEqualTo("Running");
  }

  @Test
  void shouldNeedThreeWritesUntilItRuns() {
    admit(World.SPEC);
    world.settle();

    // The node's name, handed over, running.
    assertThat(world.commands(Command.WriteStatus.class)).hasSize(3);
    assertThat(world.phases()).containsExactly("Pending", "Scheduling", "Scheduled", "Running");
  }

  @Test
  void shouldMakeThePodAgainWhenItIsLostWithTheMemoryBeforeTheNodeWasNamed() {
    admit(World.SPEC);
    world.settleUntil(() -> !world.pods.isEmpty());
    world.pods.clear();
    world.loseMemory();
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.domainsCreated()).isEqualTo(1);
    assertThat(world.commands(Command.CreateLauncherPod.class).stream().map(c -> c.epoch()))
        .containsExactly(1L, 1L);
  }
}
