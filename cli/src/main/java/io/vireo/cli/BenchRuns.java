package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How often a benchmark is run: what differs from run to run shows in no other way. */
final class BenchRuns {

  private static final int RUNS_MAX = 20;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  private int runs = 1;

  @Option(
      names = "--runs",
      paramLabel = "K",
      defaultValue = "1",
      description =
          "Measure so many times, one after another, and show the spread (default:"
              + " ${DEFAULT-VALUE}).")
  void setRuns(int runs) {
    CommandSpec self = spec;
    if (self != null && (runs < 1 || runs > RUNS_MAX)) {
      throw new ParameterException(
          self.commandLine(), "Expected --runs from 1 to " + RUNS_MAX + ", but got " + runs);
    }
    this.runs = runs;
  }

  /** All runs as one report. */
  FigureReport run(Steps steps, Callable<FigureReport> bench) throws Exception {
    FigureReport all = once(1, steps, bench);
    for (int run = 2; run <= runs; run++) {
      all = all.and(once(run, steps, bench));
    }
    return all;
  }

  private FigureReport once(int run, Steps steps, Callable<FigureReport> bench) throws Exception {
    if (runs > 1) {
      steps.line("run     %d of %d".formatted(run, runs));
    }
    return bench.call();
  }
}
