package io.vireo.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** How many VMIs, on how many nodes that are no machines. */
final class VmisOnNodes {

  private static final int VMIS_MAX = 20_000;
  private static final int NODES_MAX = 500;

  @Option(names = "--vmis", paramLabel = "N", description = "VMIs (default: ${DEFAULT-VALUE}).")
  private int vmis;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Nodes to stand in for (default: ${DEFAULT-VALUE}).")
  private int nodes;

  /** With these defaults. */
  VmisOnNodes(int vmis, int nodes) {
    this.vmis = vmis;
    this.nodes = nodes;
  }

  int vmis() {
    return vmis;
  }

  int nodes() {
    return nodes;
  }

  /** What is wrong with it. */
  Optional<String> problem() {
    return vmis < 1 || vmis > VMIS_MAX || nodes < 1 || nodes > NODES_MAX
        ? Optional.of(
            "Expected --vmis from 1 to " + VMIS_MAX + " and --nodes from 1 to " + NODES_MAX)
        : Optional.empty();
  }
}
