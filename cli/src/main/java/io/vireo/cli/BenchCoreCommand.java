package io.vireo.cli;

import io.vireo.bench.core.CoreBench.Effort;
import io.vireo.cli.bench.BenchReport;
import io.vireo.cli.bench.CoreFigures;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vireo bench core}. */
@Command(
    name = "core",
    mixinStandardHelpOptions = true,
    description =
        "Measures single functions by JMH, without a stack: decisions, codecs, the domain's XML and"
            + " admission. Says nanoseconds and allocated bytes for each call.")
final class BenchCoreCommand extends BenchSubcommand {

  private static final int RUNS_MAX = 20;
  private static final int ITERATIONS_MAX = 50;
  private static final int ITERATION_MS = 1000;
  private static final Effort SHORT = new Effort(1, 2, 100, true);

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

  @Override
  Optional<String> problem() {
    if (runs < 1 || runs > RUNS_MAX || iterations < 1 || iterations > ITERATIONS_MAX) {
      return Optional.of(
          "Expected --runs from 1 to "
              + RUNS_MAX
              + " and --iterations from 1 to "
              + ITERATIONS_MAX);
    }
    if (CoreFigures.named(only).isEmpty()) {
      return Optional.of(
          "Expected --only to be part of one of %s, but it is '%s'"
              .formatted(CoreFigures.names(), only));
    }
    return Optional.empty();
  }

  @Override
  BenchReport measure(Place place, Steps steps) throws Exception {
    Effort effort = isShort ? SHORT : new Effort(runs, iterations, ITERATION_MS, false);
    return CoreFigures.measure(place, steps, only, effort);
  }
}
