package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.density.ReactionBench;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vireo bench reaction}. */
@Command(
    name = "reaction",
    mixinStandardHelpOptions = true,
    description =
        "Makes VMIs one at a time on a stack that does nothing else, and says how long each hop of"
            + " their start took, by the timestamps of its records. The nodes are played by KWOK, and"
            + " their executors by the benchmark.")
final class BenchReactionCommand extends RepeatedBenchSubcommand {

  @Mixin private VmisOnNodes many = new VmisOnNodes(200, 10);

  @Override
  Optional<String> problem() {
    return many.problem();
  }

  @Override
  FigureReport measureOnce(Place place, Steps steps) throws Exception {
    return new ReactionBench(place, steps).run(many.vmis(), many.nodes());
  }
}
