package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.Origin;
import io.vireo.cli.bench.Section;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BenchRunsTest {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final AtomicInteger run = new AtomicInteger();

  @Command
  private static final class Some {
    @Mixin private BenchRuns runs = new BenchRuns();
  }

  private FigureReport measure() {
    return new FigureReport(
        "some",
        new Origin("run " + run.incrementAndGet(), Map.of(), "abc", 0, 0),
        Map.of(),
        List.of(
            new Section("s", "S", List.of(Figure.of("f", "F", Unit.SECONDS, "clock", run.get())))));
  }

  private FigureReport run(String... arguments) throws Exception {
    Some some = new Some();
    new CommandLine(some).parseArgs(arguments);
    Steps steps = new Steps(new PrintStream(said, true, StandardCharsets.UTF_8), false);
    return some.runs.run(steps, this::measure);
  }

  @Test
  void shouldJoinAllRunsInOrder() throws Exception {
    FigureReport report = run("--runs", "3");

    assertThat(report.sections().getFirst().figures().getFirst().runs())
        .containsExactly(List.of(1.0), List.of(2.0), List.of(3.0));
    assertThat(report.origin().time()).isEqualTo("run 1");
    assertThat(said).hasToString("run     1 of 3\nrun     2 of 3\nrun     3 of 3\n");
  }

  @Test
  void shouldRunOnceIfNotAsked() throws Exception {
    assertThat(run().sections().getFirst().figures().getFirst().runs()).hasSize(1);
    assertThat(said.size()).isZero();
  }
}
