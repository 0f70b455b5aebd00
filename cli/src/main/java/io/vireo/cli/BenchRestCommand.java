package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.density.RestBench;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vireo bench rest}. */
@Command(
    name = "rest",
    mixinStandardHelpOptions = true,
    description =
        "Says what many VMIs cost while nothing happens: processor time, bytes, requests to Kubernetes"
            + " and memory. The nodes are played by KWOK, and their executors by the benchmark.")
final class BenchRestCommand extends RepeatedBenchSubcommand {

  private static final int SECONDS_MAX = 3_600;

  @Mixin private VmisOnNodes many = new VmisOnNodes(1000, 100);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long nothing happens (default: ${DEFAULT-VALUE}).")
  private int seconds = 120;

  @Override
  Optional<String> problem() {
    return seconds < 1 || seconds > SECONDS_MAX
        ? Optional.of("Expected --seconds from 1 to " + SECONDS_MAX)
        : many.problem();
  }

  @Override
  FigureReport measureOnce(Place place, Steps steps) throws Exception {
    return new RestBench(place, steps).run(many.vmis(), many.nodes(), Duration.ofSeconds(seconds));
  }
}
