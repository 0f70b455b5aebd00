package io.vireo.dev.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStatusViewTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  @ParameterizedTest
  @CsvSource({
    "Never,     w w, Pending",
    "Never,     r w, Pending",
    "Never,     r r, Running",
    "Never,     r 1, Running",
    "Never,     0 0, Succeeded",
    "Never,     0 1, Failed",
    "OnFailure, 0 1, Running",
    "OnFailure, 0 0, Succeeded",
    "Always,    0 0, Running",
    "Always,    1 r, Running",
  })
  void shouldTellThePhase(String policy, String states, String phase) {
    assertThat(PodStatusView.phase(podRecord(policy), views(states))).isEqualTo(phase);
  }

  @Test
  void shouldEndAPodThatIsTerminatedWhateverItsPolicy() {
    PodRecord podRecord = podRecord("Always");
    podRecord.terminating = true;
    assertThat(PodStatusView.phase(podRecord, views("0 0"))).isEqualTo("Succeeded");
    assertThat(PodStatusView.phase(podRecord, views("0 1"))).isEqualTo("Failed");
    assertThat(PodStatusView.phase(podRecord, views("0 r"))).isEqualTo("Running");
  }

  /** First a sidecar, then an ordinary container. */
  @ParameterizedTest
  @CsvSource({
    "w, w, Pending",
    "r, w, Pending",
    "r, r, Running",
    "1, r, Running",
    "r, 0, Running",
    "0, 0, Succeeded",
    "1, 0, Succeeded",
    "0, 1, Failed",
  })
  void shouldNotLetASidecarDecideHowAPodEnds(String sidecar, String main, String phase) {
    ContainerView beside = view(sidecar);
    ContainerView init =
        new ContainerView(
            new ContainerBuilder(beside.container()).withRestartPolicy("Always").build(),
            true,
            beside.state(),
            beside.last(),
            0,
            beside.id(),
            "");

    assertThat(PodStatusView.phase(podRecord("Never"), List.of(init, view(main)))).isEqualTo(phase);
  }

  @Test
  void shouldNotCallAPodFailedWhileItRuns() {
    PodRecord podRecord = podRecord("Never");
    podRecord.verdict = new PodRecord.Verdict("Terminated", "down");
    assertThat(PodStatusView.phase(podRecord, views("r"))).isEqualTo("Running");
    assertThat(PodStatusView.phase(podRecord, views("0"))).isEqualTo("Failed");
  }

  @Test
  void shouldWaitForReadinessGatesOfOthers() {
    PodRecord podRecord = podRecord("Never");
    podRecord.pod =
        new PodBuilder(podRecord.pod)
            .editSpec()
            .addNewReadinessGate("example.org/gate")
            .endSpec()
            .build();
    assertThat(condition(podRecord, "ContainersReady")).containsEntry("status", "True");
    assertThat(condition(podRecord, "Ready"))
        .containsEntry("status", "False")
        .containsEntry("reason", "ReadinessGatesNotReady");

    podRecord.pod =
        new PodBuilder(podRecord.pod)
            .withNewStatus()
            .addNewCondition()
            .withType("example.org/gate")
            .withStatus("True")
            .endCondition()
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .withLastTransitionTime("2020-01-01T00:00:00Z")
            .endCondition()
            .endStatus()
            .build();
    assertThat(condition(podRecord, "Ready"))
        .containsEntry("status", "True")
        .containsEntry("lastTransitionTime", "2020-01-01T00:00:00Z");
    assertThat(conditions(podRecord)).extracting("type").doesNotContain("example.org/gate");
  }

  @Test
  void shouldReportSignalAndExitCode() {
    Map<String, Object> status = PodStatusView.of(podRecord("Never"), views("143"), NOW);
    assertThat(status.toString())
        .contains("exitCode=143")
        .contains("signal=15")
        .contains("reason=Error");
  }

  private static Map<String, Object> condition(PodRecord podRecord, String type) {
    return conditions(podRecord).stream()
        .filter(c -> type.equals(c.get("type")))
        .findFirst()
        .orElseThrow();
  }

  private static List<Map<String, Object>> conditions(PodRecord podRecord) {
    Object conditions = PodStatusView.of(podRecord, views("r"), NOW).get("conditions");
    List<Map<String, Object>> result = new ArrayList<>();
    for (Object condition : (List<?>) Optional.ofNullable(conditions).orElseThrow()) {
      Map<String, Object> fields = new HashMap<>();
      ((Map<?, ?>) condition).forEach((key, value) -> fields.put(String.valueOf(key), value));
      result.add(fields);
    }
    return result;
  }

  private static PodRecord podRecord(String policy) {
    PodRecord podRecord = new PodRecord();
    podRecord.pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("p")
            .withUid("u")
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy(policy)
            .endSpec()
            .build();
    podRecord.startTime = NOW.toString();
    return podRecord;
  }

  /** One container a word: w waits, r runs, a number ended with it. */
  private static List<ContainerView> views(String states) {
    return List.of(states.split(" ")).stream().map(PodStatusViewTest::view).toList();
  }

  private static ContainerView view(String word) {
    ContainerView.State state =
        switch (word) {
          case "w" -> new ContainerView.Waiting("ContainerCreating", "");
          case "r" -> new ContainerView.Running(NOW);
          default -> new ContainerView.Ended(new Exit(Integer.parseInt(word), true, "", NOW, NOW));
        };
    return new ContainerView(
        new ContainerBuilder().withName("c-" + word).withImage("i").build(),
        false,
        state,
        Optional.empty(),
        0,
        word.equals("w") ? "" : "process://x",
        "");
  }
}
