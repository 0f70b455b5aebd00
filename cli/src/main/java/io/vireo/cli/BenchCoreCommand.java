package io.vireo.cli;

import io.vireo.bench.core.CoreBench.Effort;
import io.vireo.cli.bench.CoreFigures;
import io.vireo.cli.bench.FigureReport;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench core}. */
@Command(
    name = "core",
    mixinStandardHelpOptions = true,
    description =
        "Measures single functions by JMH, without a stack: decisions, codecs, the domain's XML and"
            + " admission. Says nanoseconds and allocated bytes for each call.")
final class BenchCoreCommand implements Callable<Integer> {

  private static final int RUNS_MAX = 20;
  private static final int ITERATIONS_MAX = 50;
  private static final int ITERATION_MS = 1000;
  private static final Effort SHORT = new Effort(1, 2, 100, true);

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--runs",
      paramLabel = "K",
      description = "JVMs for each function, one after another (default: ${DEFAULT-VALUE}).")
  private int runs = 3;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description =
          "Seconds of each JVM that count, after as many that do not (default: ${DEFAULT-VALUE}).")
  private int iterations = 5;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description = "Only functions with this in their name, such as Decision or encode.")
  private String only = "";

  @Option(
      names = "--short",
      description =
          "Some seconds in all, one input of each function: shows that it works, not how fast.")
  private boolean isShort;

  @Mixin private BenchOutput output = new BenchOutput();

  private @Nullable String problem() {
    if (runs < 1 || runs > RUNS_MAX || iterations < 1 || iterations > ITERATIONS_MAX) {
      return "Expected --runs from 1 to "
          + RUNS_MAX
          + " and --iterations from 1 to "
          + ITERATIONS_MAX;
    }
    if (CoreFigures.named(only).isEmpty()) {
      return "Expected --only to be part of one of %s, but it is '%s'"
          .formatted(CoreFigures.names(), only);
    }
    return output.problem().orElse(null);
  }

  @Override
  public Integer call() throws Exception {
    CommandSpec self = spec;
    String problem = problem();
    if (self != null && problem != null) {
      throw new ParameterException(self.commandLine(), problem);
    }
    Steps steps = Steps.onStandardError();
    Effort effort = isShort ? SHORT : new Effort(runs, iterations, ITERATION_MS, false);
    FigureReport figures = CoreFigures.measure(bench.place(), steps, only, effort);
    output.write(figures, steps);
    return 0;
  }
}
