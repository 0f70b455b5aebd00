package io.vireo.dev.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodHealthTest {

  private static final String READY = "{type: Ready, status: 'True'}";
  private static final String UNREADY =
      "{type: Ready, status: 'False', reason: ContainersNotReady, message: 'unready: [x]'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SERVES    | ok
          ENDS      | ending
          WAITS     | waiting: ErrImageNeverPull, no such image
          STARTS    | waiting: CrashLoopBackOff
          NOWHERE   | not scheduled: Unschedulable, 0/1 nodes are available
          NOT_READY | not ready: ContainersNotReady, unready: [x]
          FRESH     | not ready: Pending
          NOTHING   | not ready: Unknown
          """)
  void shouldSayHowAPodIs(Case given, String health) {
    assertThat(PodHealth.of(given.pod())).isEqualTo(health);
  }

  enum Case {
    SERVES("", "conditions: [" + READY + "]"),
    ENDS("deletionTimestamp: '2026-01-01T00:00:00Z', ", "conditions: [" + READY + "]"),
    WAITS(
        "",
        "conditions: ["
            + UNREADY
            + "], containerStatuses: [{state: {waiting:"
            + " {reason: ErrImageNeverPull, message: no such image}}}]"),
    STARTS(
        "",
        "conditions: ["
            + UNREADY
            + "], initContainerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}}],"
            + " containerStatuses: [{state: {waiting: {reason: PodInitializing}}}]"),
    NOWHERE(
        "",
        "phase: Pending, conditions: [{type: PodScheduled, status: 'False',"
            + " reason: Unschedulable, message: 0/1 nodes are available}]"),
    NOT_READY("", "conditions: [" + UNREADY + "], containerStatuses: [{state: {running: {}}}]"),
    FRESH("", "phase: Pending"),
    NOTHING("", "");

    private final String metadata;
    private final String status;

    Case(String metadata, String status) {
      this.metadata = metadata;
      this.status = status;
    }

    Pod pod() {
      return Serialization.unmarshal(
          "--- {apiVersion: v1, kind: Pod, metadata: {%sname: p}, spec: {}, status: {%s}}"
              .formatted(metadata, status),
          Pod.class);
    }
  }
}
