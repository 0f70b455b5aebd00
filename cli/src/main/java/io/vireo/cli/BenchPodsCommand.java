package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.PodsBench;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vireo bench pods}. */
@Command(
    name = "pods",
    mixinStandardHelpOptions = true,
    description =
        "Measures pods and virtual machines on a stack that runs with --runtime kubelet: times until"
            + " they run, and where the time goes; memory and disk of a virtual machine; sizes of"
            + " images. What it makes there it removes again. See docs/performance.md.")
final class BenchPodsCommand extends RepeatedBenchSubcommand {

  private static final int VMIS_MAX = 1000;
  private static final int TOGETHER_MAX = 100;

  @Option(
      names = "--vmis",
      paramLabel = "N",
      description =
          "Pods, and then virtual machines, one after another (default: ${DEFAULT-VALUE}).")
  private int vmis = 20;

  @Option(
      names = "--together",
      paramLabel = "N",
      description =
          "Virtual machines that run at the same time while memory and disk are measured; fewer"
              + " where the nodes have no room (default: ${DEFAULT-VALUE}).")
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
    return new PodsBench(place, steps).run(vmis, together);
  }
}
