package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.Json;
import io.vireo.cli.images.ImageRow;
import io.vireo.cli.measure.PodMemory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FigureReportTest {

  private static final FigureReport REPORT =
      new FigureReport(
          "pods",
          new Origin(
              "2026-01-01T10:00:00Z",
              Map.of(
                  "processors",
                  2,
                  "processor",
                  "P",
                  "memory",
                  "25165824 kB",
                  "kernel",
                  "6.1",
                  "qemu",
                  "QEMU 7",
                  "java",
                  "25",
                  "kvm",
                  false),
              "abc",
              1,
              0.5),
          Map.of("vmis", "2"),
          List.of(
              Sections.pods(List.of(900.0, 1100.4)),
              Sections.sinceApplied(List.of(VmiTimesTest.times())),
              Sections.eachStep(List.of(VmiTimesTest.times())),
              Sections.usage(
                  List.of(new Usage(new PodMemory(45, 98, 89.04, 54), 216.5, 6, 0.5, 0))),
              Sections.images(
                  List.of(new ImageRow("x/launcher", "1", 3 << 20, "sha256:0", "2026-01-01")))));

  @Test
  void shouldPrintOneTableForEachSection() {
    assertThat(REPORT.text())
        .startsWith("Measured at 2026-01-01T10:00:00Z, commit abc, on 2 × P, 24.0 GiB of memory")
        .contains("1 node, software emulation of the guest; 0.5 threads", "\npods: vmis 2\n")
        .containsPattern("created until Running +900 ms +1100 ms +1100 ms +1100 ms +2 +watch")
        .containsPattern("phase Running +1000 ms")
        .containsPattern("memory beyond .* +89\\.0 MiB")
        .containsPattern("x/launcher:1 +3\\.00 MiB");
  }

  @Test
  void shouldPrintAPageOfMarkdown() {
    assertThat(REPORT.markdown())
        .contains(
            """

            ### Pods without a virtual machine, one after another

            | Figure | P50 | P95 | P99 | Max | n | Source |
            |---|---|---|---|---|---|---|
            | created until Running | 900 ms | 1100 ms | 1100 ms | 1100 ms | 2 | watch |

            ### """)
        .endsWith(
            """

            ### Images

            | Figure | Value | Source |
            |---|---|---|
            | x/launcher:1 | 3.00 MiB | all layers |
            """);
  }

  @Test
  void shouldTellProgramsEveryValueAndReadThemAgain() {
    JsonNode json = JsonMapper.builder().build().readTree(Json.pretty(REPORT.json()));

    JsonNode pods = json.path("sections").get(0).path("figures").get(0);
    assertThat(pods.path("p50").asDouble()).isEqualTo(900);
    assertThat(pods.path("runs").get(0).get(1).asDouble()).isEqualTo(1100.4);
    assertThat(json.path("origin").path("machine").path("processors").asInt()).isEqualTo(2);
    assertThat(FigureReport.of(json).markdown()).isEqualTo(REPORT.markdown());
  }

  @Test
  void shouldShowTheSpreadOfSeveralRuns() {
    Section first = Sections.pods(List.of(900.0, 1000.0, 1100.0));
    Section second = Sections.pods(List.of(920.0, 1200.0, 1300.0));

    assertThat(first.and(second).table().markdown())
        .contains("| 1000 ms | 1300 ms | 1300 ms | 1300 ms | 6 | 1000 ms to 1200 ms | watch |");
  }
}
