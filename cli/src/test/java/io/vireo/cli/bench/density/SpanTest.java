package io.vireo.cli.bench.density;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.density.VmiMoments.Moment;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanTest {

  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
  private static final Span CREATED =
      new Span("podCreated", Moment.REQUESTED, Moment.POD_CREATED, "pod created");

  @Test
  void shouldCountTheFirstTimeOfEachMoment() {
    VmiMoments vmi = new VmiMoments();
    vmi.see(Moment.REQUESTED, START);
    vmi.see(Moment.POD_CREATED, START.plusNanos(2_500_000));
    vmi.see(Moment.POD_CREATED, START.plusSeconds(9));

    List<Figure> figures = Span.figures(List.of(vmi), List.of(CREATED));

    assertThat(figures).singleElement().satisfies(f -> assertThat(f.values()).containsExactly(2.5));
  }

  @Test
  void shouldLeaveOutWhatWasNeverSeen() {
    VmiMoments vmi = new VmiMoments();
    vmi.see(Moment.REQUESTED, START);

    assertThat(Span.figures(List.of(vmi), List.of(CREATED))).isEmpty();
  }
}
