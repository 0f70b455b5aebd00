package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.density.RealBench;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vireo bench real}. */
@Command(
    name = "real",
    mixinStandardHelpOptions = true,
    description =
        "Starts real guests on a stack that runs, of either runtime: one after another, then several"
            + " at once. Says how soon each domain runs, how soon it is gone when it is deleted, and"
            + " what it takes beyond its own memory. What it makes there it removes again.")
final class BenchRealCommand extends RepeatedBenchSubcommand {

  private static final int VMIS_MAX = 1000;
  private static final int TOGETHER_MAX = 100;

  @Option(
      names = "--vmis",
      paramLabel = "N",
      description = "Guests, one after another (default: ${DEFAULT-VALUE}).")
  private int vmis = 20;

  @Option(
      names = "--together",
      paramLabel = "N",
      description = "Guests at once (default: ${DEFAULT-VALUE}).")
  private int together = 10;

  @Override
  Optional<String> problem() {
    if (vmis < 1 || vmis > VMIS_MAX || together < 1 || together > TOGETHER_MAX) {
      return Optional.of(
          "Expected --vmis from 1 to " + VMIS_MAX + " and --together from 1 to " + TOGETHER_MAX);
    }
    return Optional.empty();
  }

  @Override
  FigureReport measureOnce(Place place, Steps steps) throws Exception {
    return new RealBench(place, steps).run(vmis, together);
  }
}
