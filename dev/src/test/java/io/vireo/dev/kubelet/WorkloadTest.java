package io.vireo.dev.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          Deployment  | {replicas: 1} | {observedGeneration: 2, readyReplicas: 1} | true  | 1 of 1
          Deployment  | {replicas: 1} | {observedGeneration: 1, readyReplicas: 1} | false | 1 of 1
          Deployment  | {replicas: 2} | {observedGeneration: 2, readyReplicas: 1} | false | 1 of 2
          Deployment  | {replicas: 1} | {observedGeneration: 2}                   | false | 0 of 1
          Deployment  | {replicas: 1} | -                                         | false | 0 of 1
          Deployment  | {replicas: 0} | {observedGeneration: 2}                   | true  | 0 of 0
          StatefulSet | {replicas: 3} | {observedGeneration: 2, readyReplicas: 3} | true  | 3 of 3
          StatefulSet | {replicas: 3} | {observedGeneration: 2, readyReplicas: 2} | false | 2 of 3
          DaemonSet   | {} | {observedGeneration: 2, desiredNumberScheduled: 2, numberReady: 2} | true  | 2 of 2
          DaemonSet   | {} | {observedGeneration: 2, desiredNumberScheduled: 2, numberReady: 1} | false | 1 of 2
          DaemonSet   | {} | {observedGeneration: 2, desiredNumberScheduled: 0, numberReady: 0} | false | 0 of 1
          """)
  void shouldCountItsPods(String kind, String spec, String status, boolean ready, String words) {
    Workload workload = workload(kind, spec, status);

    assertThat(workload.isReady()).isEqualTo(ready);
    assertThat(workload.describe()).isEqualTo(kind + " w has " + words + " pods ready");
  }

  private static Workload workload(String kind, String spec, String status) {
    String object =
        "--- {apiVersion: apps/v1, kind: %s, metadata: {name: w, generation: 2}, spec: %s%s}"
            .formatted(kind, spec, status == null ? "" : ", status: " + status);
    return switch (kind) {
      case "Deployment" -> Workload.of(Serialization.unmarshal(object, Deployment.class));
      case "StatefulSet" -> Workload.of(Serialization.unmarshal(object, StatefulSet.class));
      default -> Workload.of(Serialization.unmarshal(object, DaemonSet.class));
    };
  }
}
