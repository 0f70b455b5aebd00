package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.VmsBench;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vireo bench vms}. */
@Command(
    name = "vms",
    mixinStandardHelpOptions = true,
    description =
        "Starts, stops and deletes many VirtualMachines at once on a stack that runs, and says how"
            + " long each took and what was written to Kubernetes for it. The guests are real, or the"
            + " nodes are stood in for and there are none. What it makes there it removes again.")
final class BenchVmsCommand extends RepeatedBenchSubcommand {

  private static final int VMS_MAX = 10_000;
  private static final int NODES_MAX = 500;

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

  @Override
  Optional<String> problem() {
    if (vms < 1 || vms > VMS_MAX || standInNodes < 0 || standInNodes > NODES_MAX) {
      return Optional.of(
          "Expected --vms from 1 to " + VMS_MAX + " and --stand-in-nodes from 0 to " + NODES_MAX);
    }
    return Optional.empty();
  }

  @Override
  FigureReport measureOnce(Place place, Steps steps) throws Exception {
    return new VmsBench(place, steps).run(vms, standInNodes);
  }
}
