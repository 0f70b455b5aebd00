package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.density.RestBench;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench rest}. */
@Command(
    name = "rest",
    mixinStandardHelpOptions = true,
    description =
        "Says what many VMIs cost while nothing happens: processor time, bytes, requests to Kubernetes"
            + " and memory. The nodes are played by KWOK, and their executors by the benchmark.")
final class BenchRestCommand implements Callable<Integer> {

  private static final int VMIS_MAX = 20_000;
  private static final int NODES_MAX = 500;
  private static final int SECONDS_MAX = 3_600;

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--vmis", paramLabel = "N", description = "VMIs (default: ${DEFAULT-VALUE}).")
  private int vmis = 1_000;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Nodes to stand in for (default: ${DEFAULT-VALUE}).")
  private int nodes = 100;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long nothing happens (default: ${DEFAULT-VALUE}).")
  private int seconds = 120;

  @Mixin private BenchOutput output = new BenchOutput();

  private @Nullable String problem() {
    if (vmis < 1
        || vmis > VMIS_MAX
        || nodes < 1
        || nodes > NODES_MAX
        || seconds < 1
        || seconds > SECONDS_MAX) {
      return "Expected --vmis from 1 to %d, --nodes from 1 to %d and --seconds from 1 to %d"
          .formatted(VMIS_MAX, NODES_MAX, SECONDS_MAX);
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
    FigureReport figures =
        new RestBench(bench.place(), steps).run(vmis, nodes, Duration.ofSeconds(seconds));
    output.write(figures, steps);
    return 0;
  }
}
