package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.density.DensityBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench density}. */
@Command(
    name = "density",
    mixinStandardHelpOptions = true,
    description = {
      "Makes many VMIs on nodes that are no machines, and deletes them: how long each takes, and what"
          + " that costs. The stack's nodes are played by KWOK, and their executors by the benchmark;"
          + " all else is real. On the stack, processor time, memory, writes and bytes are told too.",
      "With --kubeconfig it asks any control plane that serves kubevirt.io/v1, by Kubernetes' API"
          + " alone. Its nodes have to be there: with label type=kwok, and what makes pods and VMIs"
          + " ready on them."
    })
final class BenchDensityCommand implements Callable<Integer> {

  private static final int VMIS_MAX = 20_000;
  private static final int NODES_MAX = 500;
  private static final int RATE_MAX = 10_000;
  private static final String AS_FAST_AS_ANSWERED = "max";

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--vmis", paramLabel = "N", description = "VMIs (default: ${DEFAULT-VALUE}).")
  private int vmis = 100;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "How many are asked for in a second; max asks as fast as it is answered, in eight"
              + " connections (default: ${DEFAULT-VALUE}).")
  private String rate = AS_FAST_AS_ANSWERED;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Nodes to stand in for (default: ${DEFAULT-VALUE}).")
  private int nodes = 100;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Of another control plane than the stack's.")
  private @Nullable Path kubeconfig;

  @Mixin private BenchOutput output = new BenchOutput();

  private @Nullable String problem() {
    if (vmis < 1 || vmis > VMIS_MAX || nodes < 1 || nodes > NODES_MAX) {
      return "Expected --vmis from 1 to " + VMIS_MAX + " and --nodes from 1 to " + NODES_MAX;
    }
    if (!rate.equals(AS_FAST_AS_ANSWERED) && !rate.matches("[1-9][0-9]{0,4}")) {
      return "Expected --rate to be max, or from 1 to " + RATE_MAX + ", but got " + rate;
    }
    Path file = kubeconfig;
    if (file != null && !Files.isReadable(file)) {
      return "Expected --kubeconfig to be a file that can be read, but got " + file;
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
    DensityBench density = new DensityBench(bench.place(), steps);
    DensityBench.Options options =
        new DensityBench.Options(
            vmis, rate.equals(AS_FAST_AS_ANSWERED) ? null : Integer.parseInt(rate));
    Path file = kubeconfig;
    FigureReport figures = file == null ? density.run(options, nodes) : density.run(options, file);
    output.write(figures, steps);
    return 0;
  }
}
