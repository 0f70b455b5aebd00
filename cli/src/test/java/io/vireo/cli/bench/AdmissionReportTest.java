package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionReportTest {

  private static final AdmissionReport REPORT =
      new AdmissionReport(
          new PodsReport.Origin("2026-01-01T10:00:00Z", Map.of("kvm", false), "abc", 1, 0.5),
          200,
          30,
          List.of(
              new AdmissionReport.Webhook(
                  "mutate", IntStream.rangeClosed(1, 200).mapToObj(i -> i / 10.0).toList())),
          Map.of("the load client", 12.34));

  @Test
  void shouldPrintPercentilesAndWhatTheClientTook() {
    assertThat(REPORT.text())
        .contains("200 requests a second for 30 s")
        .containsPattern("mutate +10.00 ms +19.00 ms +19.80 ms +20.00 ms +200")
        .containsPattern("the load client +12.3 %");
    assertThat(REPORT.markdown()).contains("| mutate | 10.00 ms | 19.00 ms | 19.80 ms |");
  }

  @Test
  void shouldGiveProgramsEveryValue() {
    assertThat(Json.pretty(REPORT.json()))
        .contains("\"p99\" : 19.8", "\"rate\" : 200", "\"cpuPercent\"");
    assertThat((List<?>) ((Map<?, ?>) REPORT.json().get("mutate")).get("values")).hasSize(200);
  }
}
