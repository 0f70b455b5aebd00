package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vireo.cli.Json;
import io.vireo.cli.bench.DiskPairs.Machine;
import io.vireo.cli.bench.DiskPairs.Pair;
import io.vireo.cli.bench.DiskPairs.Spread;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DiskReportTest {

  private static final DiskPairs WRITES =
      new DiskPairs(
          DiskLoad.WRITE,
          512L << 20,
          List.of(
              new Pair(2, 1.9, 2, Machine.VIREO),
              new Pair(2, 2.2, 2, Machine.CONTROL),
              new Pair(4, 4, 4, Machine.VIREO)));

  private static final DiskReport REPORT =
      new DiskReport(
          new Origin("2026-01-01T10:00:00Z", Map.of("kvm", false), "abc", 1, 0.5),
          "cache none, the default I/O",
          true,
          List.of("qemu", "-m", "1"),
          new GuestClock.All(
              new GuestClock(100, 101), new GuestClock(100, 99), new GuestClock(100, 98)),
          List.of(WRITES));

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "0.9 1.1, 1, 0.9, 1.1",
    "1.2 0.8 0.97, 0.97, 0.8, 1.2",
    "4 1 3 2, 2.5, 1, 4",
  })
  void shouldTakeTheMiddle(String ratios, double median, double min, double max) {
    List<Double> all = Arrays.stream(ratios.split(" ")).map(Double::valueOf).toList();

    assertThat(Spread.of(all)).isEqualTo(new Spread(median, min, max));
  }

  @Test
  void shouldCompareSpeedsNotTimes() {
    assertThat(new Pair(2, 1, 4, Machine.VIREO).ratio()).isEqualTo(0.5);
    assertThat(new Pair(2, 1, 4, Machine.VIREO).controlRatio()).isEqualTo(0.25);
  }

  @Test
  void shouldGiveEachMachineEachPlaceEquallyOften() {
    Map<String, Integer> places = new TreeMap<>();
    for (int i = 0; i < 12; i++) {
      List<Machine> order = DiskPairs.order(i);
      for (int place = 0; place < order.size(); place++) {
        places.merge(order.get(place) + " " + place, 1, Integer::sum);
      }
    }

    assertThat(places).hasSize(9).allSatisfy((place, times) -> assertThat(times).isEqualTo(4));
  }

  @Test
  void shouldWantAtLeastOnePair() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DiskPairs(DiskLoad.READ, 1, List.of()));
  }

  @Test
  void shouldPrintTheMedianAndEachPair() {
    assertThat(REPORT.text())
        .contains("commit abc", "The same QEMU program, cache none, the default I/O.")
        .contains("1.010 s in the VMI's guest, 0.990 s in plain QEMU's, and 0.980 s")
        .containsPattern(
            "write, 1 MiB at a time +100\\.0 % +95\\.0 % +110\\.0 % +100\\.0 % \\(95\\.0 % to 110\\.0 %\\) +3")
        .containsPattern("1 +Vireo +256\\.0 MiB/s +269\\.5 MiB/s +256\\.0 MiB/s +95\\.0 %")
        .containsPattern(
            "2 +second plain QEMU +256\\.0 MiB/s +232\\.7 MiB/s +256\\.0 MiB/s +110\\.0 %");
    assertThat(REPORT.markdown())
        .contains(
            "| write, 1 MiB at a time | 100.0 % | 95.0 % | 110.0 % | 100.0 % (95.0 % to 110.0 %) | 3 |");
  }

  @Test
  void shouldTellProgramsEveryValue() {
    JsonNode json = JsonMapper.builder().build().readTree(Json.pretty(REPORT.json()));

    assertThat(json.path("commit").asString()).isEqualTo("abc");
    assertThat(json.path("plainCommand").get(0).asString()).isEqualTo("qemu");
    assertThat(json.path("guestSecondsInASecond").path("plain").asDouble()).isEqualTo(0.99);
    JsonNode load = json.path("loads").path("write");
    assertThat(load.path("medianPercent").asDouble()).isEqualTo(100);
    assertThat(load.path("minPercent").asDouble()).isEqualTo(95);
    assertThat(load.path("controlMaxPercent").asDouble()).isEqualTo(110);
    assertThat(load.path("pairs").get(1).path("first").asString()).isEqualTo("control");
    assertThat(load.path("pairs").get(1).path("plainSeconds").asDouble()).isEqualTo(2.2);
  }
}
