package io.vireo.cli.bench.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.bench.FedVmi;
import io.vireo.bench.VmiLife;
import io.vireo.cli.Failure;
import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.stream.Backlog.Sample;
import io.vireo.cli.bench.stream.CommandWatch.Seen;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StreamRunTest {

  private static final long SECOND = 1_000_000_000L;

  /** Ten records in each second, and none in the first and the last. */
  private static List<Sample> samples() {
    return IntStream.rangeClosed(0, 12)
        .mapToObj(i -> new Sample(i * SECOND, 50 + 10L * Math.clamp(i - 1, 0, 10), i * 500L))
        .toList();
  }

  @Test
  void shouldCountTheMiddleOnly() {
    List<Figure> figures = StreamRun.throughput(new Sample(0, 50, 0), samples(), 2, 90);

    assertThat(figures)
        .extracting(Figure::key)
        .containsExactly("2.rate", "2.cpu", "2.cores", "2.rss");
    assertThat(figures.stream().map(figure -> figure.values().getFirst()))
        .containsExactly(10.0, 50.0, 0.5, 90.0);
  }

  @Test
  void shouldTakeTheFirstCommandUponARecordSinceItWasDue() {
    Map<String, Long> due = Map.of("t-0-1", 10 * SECOND, "t-0-2", 11 * SECOND);
    List<Seen> commands =
        List.of(
            new Seen("t-0-1", 12 * SECOND),
            new Seen("t-0-1", 11 * SECOND),
            new Seen("timer-5", 12 * SECOND),
            new Seen("t-0-2", 11 * SECOND + SECOND / 2));

    assertThat(StreamRun.latencies(due, commands)).containsExactlyInAnyOrder(1000.0, 500.0);
  }

  @Test
  void shouldTellHowLongNothingWasDecided() throws Exception {
    Map<String, Long> due = Map.of("before", 9 * SECOND, "after", 11 * SECOND);
    List<Seen> commands = List.of(new Seen("before", 14 * SECOND), new Seen("after", 13 * SECOND));

    assertThat(StreamRun.absence(due, commands, 10 * SECOND, "x", "x"))
        .extracting(figure -> figure.values().getFirst())
        .containsExactly(3.0, 5.0);
    assertThatThrownBy(() -> StreamRun.absence(due, commands.subList(0, 1), 10 * SECOND, "x", "x"))
        .isInstanceOf(Failure.class);
  }

  @Test
  void shouldMixTheRecordsOfARoundAndKeepTheOrderOfEach() {
    List<FedVmi> vmis =
        LongStream.range(0, 3).mapToObj(n -> FedVmi.of(VmiLife.of(n, "node-a", 1))).toList();

    List<Feeder.Turn> turns = Feeder.turns(vmis, 2);

    assertThat(turns.stream().limit(4).map(Feeder.Turn::uid))
        .containsExactly(
            vmis.get(0).uid(), vmis.get(1).uid(), vmis.get(0).uid(), vmis.get(1).uid());
    assertThat(turns.getLast().uid()).isEqualTo(vmis.get(2).uid());
    for (FedVmi vmi : vmis) {
      assertThat(turns.stream().filter(turn -> turn.uid().equals(vmi.uid())).map(Feeder.Turn::fed))
          .containsExactlyElementsOf(vmi.records());
    }
  }

  @Test
  void shouldCopyAStateUnderAnotherUid() {
    FedVmi vmi = FedVmi.of(VmiLife.of(1, "node-a", 1));
    String other = vmi.uid().replace('1', '2');

    byte[] copy = vmi.storedAs(other);

    assertThat(copy).hasSameSizeAs(vmi.stored());
    assertThat(new String(copy, java.nio.charset.StandardCharsets.UTF_8))
        .contains(other)
        .doesNotContain(vmi.uid());
  }
}
