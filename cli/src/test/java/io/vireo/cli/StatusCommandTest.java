package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.dev.stack.StackFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StatusCommandTest {

  private static final Pod SERVES =
      Serialization.unmarshal(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: ingest-1, namespace: vireo}
          spec: {nodeName: node1}
          status:
            podIP: 10.244.0.2
            conditions: [{type: Ready, status: "True"}]
            containerStatuses: [{name: a, restartCount: 2}, {name: b, restartCount: 1}]
          """,
          Pod.class);
  private static final Pod NOWHERE =
      Serialization.unmarshal(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: scheduler-0, namespace: vireo}
          spec: {}
          status:
            phase: Pending
            conditions: [{type: PodScheduled, status: "False", reason: Unschedulable}]
          """,
          Pod.class);

  private static StackStatus status(Pod... pods) {
    return new StackStatus(
        List.of(),
        Stream.of(pods).map(StackStatus.PodStatus::of).toList(),
        List.of(),
        List.of(),
        List.of(),
        List.of("StatefulSet scheduler has 0 of 1 pods ready"));
  }

  private static String table(StackStatus status) {
    return StatusCommand.table(
        Place.of("/repository", Path.of("/state")),
        new StackFile(1, 1, false, "", "", "", List.of(), List.of()),
        status);
  }

  @Test
  void shouldListPodsForPeople() {
    assertThat(table(status(SERVES, NOWHERE)).lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "POD NODE RESTARTS ADDRESS HEALTH",
            "ingest-1 node1 3 10.244.0.2 ok",
            "scheduler-0 - 0 not scheduled: Unschedulable",
            "Problem: StatefulSet scheduler has 0 of 1 pods ready");
  }

  @Test
  void shouldListPodsForPrograms() {
    assertThat(Json.line(status(SERVES)))
        .contains(
            """
            "pods":[{"name":"ingest-1","node":"node1","health":"ok","restarts":3,\
            "address":"10.244.0.2"}]""");
  }

  @Test
  void shouldSayNothingOfPodsWhereThereAreNone() {
    assertThat(table(status())).doesNotContain("RESTARTS");
  }
}
