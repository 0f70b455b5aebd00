package io.vireo.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.schemas.Partitions;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.LabelNode;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeLabelsTest {

  private static final String NODE = "node-a";
  private static final int PARTITIONS = 12;
  private static final int OWNER = Partitions.of(NODE, PARTITIONS);
  private static final long START_MS = TaskDriver.START_MS;

  private static TaskDriver task(int partition, Map<String, Map<String, byte[]>> stores, long now) {
    return new TaskDriver(new SimpleMeterRegistry(), partition, PARTITIONS, stores, now);
  }

  private static NodeTransition said(NodeState state) {
    return TaskDriver.node(NODE, state, 1, null);
  }

  private static NodeTransition heartbeat(long heardMs) {
    return NodeTransition.newBuilder(said(NodeState.Eligible)).setHeartbeat(heardMs).build();
  }

  private static Outcome end(ClusterCommand command, CommandResult result) {
    return Outcome.newBuilder(TaskDriver.end(command, result)).setVmiUid(null).build();
  }

  private static ClusterCommand only(TaskDriver task) {
    List<ClusterCommand> commands = task.read(Topics.CLUSTER_COMMANDS);
    assertThat(commands).hasSize(1);
    return commands.getFirst();
  }

  private static LabelNode label(ClusterCommand command) {
    assertThat(command.getBody()).isInstanceOf(LabelNode.class);
    return (LabelNode) command.getBody();
  }

  @Test
  void shouldDecideForANodeInOnePartitionOnly() {
    List<Integer> writers =
        IntStream.range(0, PARTITIONS)
            .filter(
                partition -> {
                  try (TaskDriver task = task(partition, Map.of(), START_MS)) {
                    task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Eligible));
                    return !task.read(Topics.CLUSTER_COMMANDS).isEmpty();
                  }
                })
            .boxed()
            .toList();

    assertThat(writers).containsExactly(OWNER);
  }

  @Test
  void shouldWriteOneHeartbeatForEachThatIsHeardAndNothingWhileSilent() {
    try (TaskDriver task = task(OWNER, Map.of(), START_MS)) {
      task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Eligible));
      task.send(Topics.OUTCOMES, NODE, end(only(task), CommandResult.Done));
      Map<String, byte[]> shown = task.stores().get(VmiProcessor.NODES);

      for (int minute = 1; minute <= 3; minute++) {
        task.advance(Duration.ofMinutes(1));
        long heardMs = START_MS + minute * 60_000L;
        task.send(Topics.NODE_TRANSITIONS, NODE, heartbeat(heardMs));
        ClusterCommand command = only(task);
        assertThat(command.getVmiUid()).isNull();
        assertThat(label(command).getNodeUid()).isEqualTo("uid-of-" + NODE);
        assertThat(label(command).getLabels())
            .containsExactlyEntriesOf(Map.of("kubevirt.io/schedulable", "true"));
        assertThat(label(command).getAnnotations())
            .containsExactlyEntriesOf(
                Map.of("kubevirt.io/heartbeat", Instant.ofEpochMilli(heardMs).toString()));
        task.send(Topics.OUTCOMES, NODE, end(command, CommandResult.Done));
      }
      assertThat(task.stores().get(VmiProcessor.NODES)).isEqualTo(shown);

      task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Suspect));
      task.advance(Duration.ofHours(1));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();

      task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Lost));
      LabelNode lost = label(only(task));
      assertThat(lost.getLabels())
          .containsExactlyEntriesOf(Map.of("kubevirt.io/schedulable", "false"));
      assertThat(lost.getAnnotations()).isEmpty();
    }
  }

  @Test
  void shouldWriteALabelAgainUntilItIsDone() {
    try (TaskDriver task = task(OWNER, Map.of(), START_MS)) {
      task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Lost));
      ClusterCommand first = only(task);
      task.send(Topics.OUTCOMES, NODE, end(first, CommandResult.Unknown));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();

      task.advance(Duration.ofSeconds(1));
      ClusterCommand second = only(task);
      assertThat(second.getBody()).isEqualTo(first.getBody());
      assertThat(second.getCommandId()).isNotEqualTo(first.getCommandId());
      task.send(Topics.OUTCOMES, NODE, end(first, CommandResult.Unknown));
      task.send(Topics.OUTCOMES, NODE, end(second, CommandResult.Done));
      task.advance(Duration.ofHours(1));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();
    }
  }

  @Test
  void shouldWriteALabelAgainAfterTheTaskMoved() {
    Map<String, Map<String, byte[]>> stores;
    try (TaskDriver task = task(OWNER, Map.of(), START_MS)) {
      task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Fenced));
      task.send(Topics.OUTCOMES, NODE, end(only(task), CommandResult.Failed));
      stores = task.stores();
    }
    try (TaskDriver after = task(OWNER, stores, START_MS + 60_000)) {
      after.advance(Duration.ofMillis(1));
      ClusterCommand again = only(after);
      assertThat(label(again).getLabels()).containsEntry("kubevirt.io/schedulable", "false");

      // A word that changes nothing of the label keeps what is awaited.
      after.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Known));
      after.send(Topics.OUTCOMES, NODE, end(again, CommandResult.Failed));
      after.advance(Duration.ofSeconds(2));
      assertThat(label(only(after)).getLabels()).containsEntry("kubevirt.io/schedulable", "false");
    }
  }

  @Test
  void shouldNotWriteToANodeThatIsGone() {
    try (TaskDriver task = task(OWNER, Map.of(), START_MS)) {
      task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Eligible));
      task.send(Topics.OUTCOMES, NODE, end(only(task), CommandResult.Unknown));
      task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Removed));
      task.advance(Duration.ofHours(1));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).isEmpty();
    }
  }

  @Test
  void shouldTakeAnEndThatIsNeverHeardOfForLost() {
    try (TaskDriver task = task(OWNER, Map.of(), START_MS)) {
      task.send(Topics.NODE_TRANSITIONS, NODE, said(NodeState.Lost));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).hasSize(1);
      task.advance(Duration.ofMinutes(10));
      assertThat(task.read(Topics.CLUSTER_COMMANDS)).hasSize(1);
    }
  }
}
