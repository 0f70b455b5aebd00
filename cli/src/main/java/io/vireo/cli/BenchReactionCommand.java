package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.density.ReactionBench;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench reaction}. */
@Command(
    name = "reaction",
    mixinStandardHelpOptions = true,
    description =
        "Makes VMIs one at a time on a stack that does nothing else, and says how long each hop of"
            + " their start took, by the timestamps of its records. The nodes are played by KWOK, and"
            + " their executors by the benchmark.")
final class BenchReactionCommand implements Callable<Integer> {

  private static final int VMIS_MAX = 10_000;
  private static final int NODES_MAX = 500;

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--vmis", paramLabel = "N", description = "VMIs (default: ${DEFAULT-VALUE}).")
  private int vmis = 200;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Nodes to stand in for (default: ${DEFAULT-VALUE}).")
  private int nodes = 10;

  @Mixin private BenchOutput output = new BenchOutput();

  private @Nullable String problem() {
    if (vmis < 1 || vmis > VMIS_MAX || nodes < 1 || nodes > NODES_MAX) {
      return "Expected --vmis from 1 to " + VMIS_MAX + " and --nodes from 1 to " + NODES_MAX;
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
    FigureReport figures = new ReactionBench(bench.place(), steps).run(vmis, nodes);
    output.write(figures, steps);
    return 0;
  }
}
