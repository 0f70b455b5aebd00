package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.VmsBench;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench vms}. */
@Command(
    name = "vms",
    mixinStandardHelpOptions = true,
    description =
        "Starts, stops and deletes many VirtualMachines at once on a stack that runs, and says how"
            + " long each took and what was written to Kubernetes for it. The guests are real, or the"
            + " nodes are stood in for and there are none. What it makes there it removes again.")
final class BenchVmsCommand implements Callable<Integer> {

  private static final int VMS_MAX = 10_000;
  private static final int NODES_MAX = 500;

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--vms",
      paramLabel = "N",
      description = "VirtualMachines (default: ${DEFAULT-VALUE}).")
  private int vms = 200;

  @Option(
      names = "--stand-in-nodes",
      paramLabel = "N",
      description =
          "Nodes to stand in for, whose pods and guests are only said to run; 0 runs real guests on"
              + " the stack's own nodes (default: ${DEFAULT-VALUE}).")
  private int standInNodes = 10;

  @Mixin private BenchOutput output = new BenchOutput();

  private @Nullable String problem() {
    if (vms < 1 || vms > VMS_MAX || standInNodes < 0 || standInNodes > NODES_MAX) {
      return "Expected --vms from 1 to " + VMS_MAX + " and --stand-in-nodes from 0 to " + NODES_MAX;
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
    FigureReport figures = new VmsBench(bench.place(), steps).run(vms, standInNodes);
    output.write(figures, steps);
    return 0;
  }
}
