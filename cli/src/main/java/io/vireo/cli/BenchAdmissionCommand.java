package io.vireo.cli;

import io.vireo.cli.bench.AdmissionBench;
import io.vireo.cli.bench.FigureReport;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vireo bench admission}. */
@Command(
    name = "admission",
    mixinStandardHelpOptions = true,
    description =
        "Measures how long admission takes to default and to judge examples/tiny.yaml, at its own"
            + " socket. Nothing is stored. See docs/performance.md.")
final class BenchAdmissionCommand extends RepeatedBenchSubcommand {

  private static final int RATE_MAX = 10_000;
  private static final int SECONDS_MAX = 600;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Requests a second, of both webhooks together (default: ${DEFAULT-VALUE}).")
  private int rate = 200;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private int seconds = 30;

  @Override
  Optional<String> problem() {
    if (rate < 2 || rate > RATE_MAX || seconds < 1 || seconds > SECONDS_MAX) {
      return Optional.of(
          "Expected --rate from 2 to " + RATE_MAX + " and --seconds from 1 to " + SECONDS_MAX);
    }
    return Optional.empty();
  }

  @Override
  FigureReport measureOnce(Place place, Steps steps) throws Exception {
    return new AdmissionBench(place, steps).run(rate, seconds);
  }
}
