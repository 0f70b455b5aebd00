package io.vireo.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.schemas.Partitions;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.CreateLauncherPod;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.WriteStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskPortsTest {

  private static final int PARTITIONS = 12;

  private static TaskDriver task(int partition, Map<String, Map<String, byte[]>> stores) {
    return new TaskDriver(
        new SimpleMeterRegistry(), partition, PARTITIONS, stores, TaskDriver.START_MS);
  }

  @Test
  void shouldGoOnWithTheStoresOfTheTaskBefore() {
    ClusterCommand write;
    Map<String, Map<String, byte[]>> stores;
    try (TaskDriver before = task(5, Map.of())) {
      before.lists(1);
      before.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
      write = before.read(Topics.CLUSTER_COMMANDS).getFirst();
      stores = before.stores();
    }
    try (TaskDriver after = task(5, stores)) {
      after.offset = 900;
      after.send(Topics.OUTCOMES, TaskDriver.UID, TaskDriver.end(write, CommandResult.Done));

      assertThat(after.read(Topics.CLUSTER_COMMANDS))
          .singleElement()
          .satisfies(c -> assertThat(c.getBody()).isInstanceOf(CreateLauncherPod.class));
      assertThat(after.read(Topics.VMI_EVENTS))
          .allSatisfy(
              event -> {
                assertThat(event.getCause().getPartition()).isEqualTo(5);
                assertThat(event.getCause().getOffset()).isEqualTo(901);
              });
    }
  }

  @Test
  void shouldLabelANodeInOnePartitionOnly() {
    List<Integer> labelled = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      try (TaskDriver task = task(partition, Map.of())) {
        task.send(
            Topics.NODE_TRANSITIONS,
            "node-a",
            TaskDriver.node("node-a", NodeState.Eligible, 1, null));
        if (!task.read(Topics.CLUSTER_COMMANDS).isEmpty()) {
          labelled.add(partition);
        }
      }
    }
    assertThat(labelled).containsExactly(Partitions.of("node-a", PARTITIONS));
  }

  @Test
  void shouldCatchUpWhenTheClockJumps() {
    try (TaskDriver task = task(0, Map.of())) {
      task.lists(1);
      task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
      refuseLast(task);
      task.advance(Duration.ofSeconds(60));

      refuseLast(task);
      task.advance(Duration.ofMillis(10));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();
      task.advance(Duration.ofSeconds(60));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).hasSize(1);
    }
  }

  @Test
  void shouldGoOnWhenTheClockGoesBack() {
    try (TaskDriver task = task(0, Map.of())) {
      task.lists(1);
      task.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
      refuseLast(task);

      task.setClock(Duration.ofHours(-1));
      task.send(
          Topics.NODE_TRANSITIONS, "node-a", TaskDriver.node("node-a", NodeState.Known, 1, null));

      ClusterCommand again = task.read(Topics.CLUSTER_COMMANDS).getFirst();
      assertThat(again.getBody()).isInstanceOf(WriteStatus.class);
      task.send(Topics.OUTCOMES, TaskDriver.UID, TaskDriver.end(again, CommandResult.Unknown));
      task.advance(Duration.ofSeconds(60));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).hasSize(1);
    }
  }

  @Test
  void shouldNotWaitForTheClockOfTheMachineBefore() {
    Map<String, Map<String, byte[]>> stores;
    try (TaskDriver before = task(0, Map.of())) {
      before.lists(1);
      before.send(Topics.VMI_DESIRED, TaskDriver.UID, TaskDriver.vmi(1, 10));
      refuseLast(before);
      stores = before.stores();
    }
    long anHourBefore = TaskDriver.START_MS - Duration.ofHours(1).toMillis();
    try (TaskDriver after =
        new TaskDriver(new SimpleMeterRegistry(), 0, PARTITIONS, stores, anHourBefore)) {
      after.advance(Duration.ofSeconds(61));

      assertThat(after.read(Topics.CLUSTER_COMMANDS)).hasSize(1);
    }
  }

  private static void refuseLast(TaskDriver task) {
    ClusterCommand last = task.read(Topics.CLUSTER_COMMANDS).getLast();
    task.send(Topics.OUTCOMES, TaskDriver.UID, TaskDriver.end(last, CommandResult.Unknown));
  }
}
